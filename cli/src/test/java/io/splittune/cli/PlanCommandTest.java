package io.splittune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanCommandTest {
    private static final Path EXAMPLES = Path.of("..", "examples");
    private static final Path EXAMPLE = EXAMPLES.resolve("plan-vit-b16.yaml");

    private static final Path CARD = EXAMPLES.resolve("card.yaml");
    private static final Path SFLAM = EXAMPLES.resolve("sflam.yaml");

    @TempDir
    private Path folder;

    private static Cli plan(String... overrides) {
        return run(EXAMPLE, overrides);
    }

    private static Cli run(Path scenario, String... overrides) {
        List<Object> words = new ArrayList<>(List.of("plan", scenario, "--json"));
        for (String override : overrides) {
            words.add("--set");
            words.add(override);
        }
        return Cli.run(words.toArray());
    }

    private static String[] keys(JsonNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names.toArray(String[]::new);
    }

    private static double sum(JsonNode plan, String key) {
        return StreamSupport.stream(plan.path("devices").spliterator(), false)
                .mapToDouble(device -> device.path(key).asDouble())
                .sum();
    }

    @Test
    void theExampleIsPlannedWithEveryKeyOfTheContract() {
        JsonNode plan = plan().json();
        assertThat(keys(plan))
                .containsExactly(
                        "planner",
                        "feasible",
                        "reason",
                        "delaySeconds",
                        "lowerBoundSeconds",
                        "relativeGap",
                        "energyJoules",
                        "solveMillis",
                        "devices",
                        "leftOut");
        assertThat(plan.path("planner").asText()).isEqualTo("two-timescale");
        assertThat(plan.path("feasible").asBoolean()).isTrue();
        assertThat(plan.path("reason").isNull()).isTrue();
        assertThat(plan.path("lowerBoundSeconds").asDouble())
                .isLessThanOrEqualTo(plan.path("delaySeconds").asDouble());
        assertThat(plan.path("devices")).hasSize(8);
        JsonNode device = plan.path("devices").get(0);
        assertThat(keys(device))
                .contains(
                        "id",
                        "cut",
                        "keep",
                        "levels",
                        "bandwidthHz",
                        "powerWatts",
                        "resourceBlock",
                        "serverClockHz",
                        "delaySeconds",
                        "memoryBytes",
                        "phaseSeconds");
        assertThat(keys(device.path("phaseSeconds"))).containsExactly("ED", "CC", "IT", "SC", "GT", "DU", "LT");
        assertThat(sum(plan, "bandwidthHz")).isCloseTo(30e6, within(1.0));
        assertThat(sum(plan, "energyJoules"))
                .isCloseTo(plan.path("energyJoules").asDouble(), within(1e-3));
    }

    @Test
    void theTextHasARowForEachDeviceAndAColumnForEachPhase() {
        Cli text = Cli.run("plan", EXAMPLE);
        assertThat(text.exitCode()).isZero();
        assertThat(text.out()).contains("planner two-timescale: round of ", "device-1 ", "device-8 ", " ED ", " LT");
    }

    @Test
    void whatTheScenarioGivesIsKept() {
        for (String kind : List.of("two-timescale", "exact", "heterogeneous", "equal", "random")) {
            JsonNode plan = plan("planner.kind=" + kind, "split.cut=5", "compression=none")
                    .json();
            assertThat(plan.path("planner").asText()).isEqualTo(kind);
            plan.path("devices").forEach(device -> {
                assertThat(device.path("cut").asInt()).isEqualTo(5);
                assertThat(device.path("levels").asInt()).isZero();
                assertThat(device.path("activationRatio").asDouble()).isEqualTo(1);
            });
        }
        JsonNode plan = plan("split.cut=[1, 2, 3, 4, 5, 6, 7, 8]").json();
        assertThat(plan.path("devices").findValues("cut").stream().map(JsonNode::asInt))
                .containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(plan("planner.cuts=[7, 9]")
                        .json()
                        .path("devices")
                        .get(0)
                        .path("cut")
                        .asInt())
                .isEqualTo(7);
    }

    @Test
    void cutAndCompressionAreDecidedFromACalibration() throws Exception {
        String calibration = "planner.calibration=" + Calibrations.write(folder);
        JsonNode plan = plan("compression=auto", calibration, "planner.accuracyFloor=0.9", "planner.kind=exact")
                .json();
        JsonNode device = plan.path("devices").get(0);
        double keep = device.path("keep").asDouble();
        int levels = device.path("levels").asInt();
        assertThat(Calibrations.accuracy(keep, levels)).isGreaterThanOrEqualTo(0.9 - 1e-9);
        assertThat(device.path("activationRatio").asDouble())
                .isCloseTo(Calibrations.activationRatio(keep, levels), within(1e-9));
        assertThat(plan("compression=auto", calibration, "planner.accuracyFloor=1", "planner.kind=exact")
                        .json()
                        .path("devices")
                        .get(0)
                        .path("activationRatio")
                        .asDouble())
                .as("the surface is exact here: only all values at four bits or none compressed reach it")
                .isGreaterThanOrEqualTo(Calibrations.activationRatio(1, 15) - 1e-9);
        JsonNode between = plan(
                        "compression=auto",
                        calibration,
                        "planner={keep: [0.3], levels: [5]}",
                        calibration,
                        "planner.accuracyFloor=0.5")
                .json();
        assertThat(between.path("devices").get(0).path("levels").asInt()).isEqualTo(5);
        JsonNode fixed = plan(
                        "compression={activations: {keep: 0.2, levels: 7}, gradients: {levels: 3}}",
                        calibration,
                        "planner.accuracyFloor=0.5")
                .json();
        assertThat(fixed.path("devices").get(0).path("gradientRatio").asDouble())
                .isCloseTo(Calibrations.gradientRatio(0.2, 3), within(1e-9));
    }

    @Test
    void cardDecidesAnEndOfTheModelAndAServerClockForEachDevice() {
        JsonNode plan = run(CARD).json();
        assertThat(plan.path("planner").asText()).isEqualTo("card");
        assertThat(plan.path("devices").findValues("cut").stream().map(JsonNode::asInt))
                .containsExactly(31, 31, 1, 1, 1);
        double former = Double.POSITIVE_INFINITY;
        for (JsonNode device : plan.path("devices")) {
            double clock = device.path("serverClockHz").asDouble();
            assertThat(clock).isBetween(0.7e9, former);
            assertThat(device.path("bandwidthHz").asDouble()).isEqualTo(100e6);
            former = clock;
        }
        assertThat(sum(plan, "delaySeconds"))
                .isCloseTo(plan.path("delaySeconds").asDouble(), within(1e-6));
        JsonNode serverOnly = run(CARD, "planner.kind=server-only").json();
        JsonNode deviceOnly = run(CARD, "planner.kind=device-only").json();
        assertThat(serverOnly.path("devices").findValues("cut").stream().map(JsonNode::asInt))
                .containsOnly(1);
        assertThat(deviceOnly.path("devices").findValues("cut").stream().map(JsonNode::asInt))
                .containsOnly(31);
        assertThat(run(CARD, "planner.kind=card-joint")
                        .json()
                        .path("delaySeconds")
                        .asDouble())
                .as("devices in parallel")
                .isLessThan(plan.path("delaySeconds").asDouble());
    }

    @Test
    void sflamGivesEachBlockToOneDeviceAndNamesThoseWithout() {
        JsonNode plan = run(SFLAM).json();
        JsonNode devices = plan.path("devices");
        assertThat(devices).hasSize(10);
        assertThat(devices.findValues("resourceBlock").stream().map(JsonNode::asInt))
                .doesNotHaveDuplicates()
                .allMatch(block -> block >= 0 && block < 10);
        devices.forEach(device -> {
            assertThat(device.path("cut").asInt()).isZero();
            assertThat(device.path("powerWatts").asDouble()).isBetween(0.0, 1.0);
            assertThat(device.path("delaySeconds").asDouble()).isLessThanOrEqualTo(60 + 1e-6);
            assertThat(Integer.bitCount(device.path("levels").asInt() + 1))
                    .as("2^q - 1")
                    .isEqualTo(1);
        });
        assertThat(plan.path("leftOut")).hasSize(40);
        assertThat(plan.path("leftOut").get(0).path("reason").asText()).isNotBlank();
        assertThat(run(SFLAM, "planner.kind=nq").json().path("devices").findValues("levels").stream()
                        .map(JsonNode::asInt))
                .containsOnly(0);
        JsonNode given =
                run(SFLAM, "compression={activations: {keep: 1, bits: 8}}").json();
        assertThat(given.path("devices").findValues("levels").stream().map(JsonNode::asInt))
                .containsOnly(255);
        JsonNode none = run(SFLAM, "planner.maxDelaySeconds=0.1").json();
        assertThat(none.path("feasible").asBoolean()).isFalse();
        assertThat(none.path("reason").asText()).isNotBlank().doesNotContain("\n");
    }

    @Test
    void thatNoPlanIsFeasibleIsAnAnswer() throws Exception {
        String calibration = "planner.calibration=" + Calibrations.write(folder);
        assertInfeasible(plan("devices.hardware.memoryBytes=1e8"), "memory", "memory: device device-1 has 95.37 MiB");
        assertInfeasible(plan("network.minBandwidthPerDeviceHz=5e6"), "bandwidth", "more than the band's");
        assertInfeasible(plan("planner.maxDelaySeconds=10"), "delay", "s more than the deadline of 10");
        assertInfeasible(
                plan("compression=auto", calibration, "planner.keep=[0.1]", "planner.levels=[1]"),
                "accuracy",
                "accuracy: the floor 0.98");
        assertInfeasible(plan("network.channel={kind: cqi, mean: 0, deviation: 0}"), "link", "link: 8 of 8 devices");
        assertInfeasible(
                plan("split.cut=[1, 2, 3, 4, 5, 6, 7, 8]", "devices.hardware.memoryBytes=4e9"),
                "memory",
                "memory: device device-5 has 3814.70 MiB, its cut 5 needs 4122.");
        Cli text = Cli.run("plan", EXAMPLE, "--set", "planner.maxDelaySeconds=10");
        assertThat(text.exitCode()).isZero();
        assertThat(text.out()).startsWith("planner two-timescale: no plan is feasible; delay: ");
    }

    private static void assertInfeasible(Cli answer, String constraint, String reason) {
        JsonNode json = answer.json();
        assertThat(json.path("feasible").asBoolean()).isFalse();
        assertThat(json.path("constraint").asText()).isEqualTo(constraint);
        assertThat(json.path("reason").asText()).contains(reason).doesNotContain("\n");
        assertThat(json.path("delaySeconds").isNull()).isTrue();
        assertThat(json.path("devices")).isEmpty();
    }

    @Test
    void badInputIsRefusedInOneLineWithTheKeysPath() throws Exception {
        Path trace = Files.writeString(folder.resolve("t.csv"), "round,device,uplinkSnrDb\n1,0,3\n1,1,4\n");
        String recorded = "network.channel={kind: trace, file: " + trace + "}";
        assertThat(plan("split.cut=12").mistake()).contains("split.cut: read 12, expected a whole number in [1, 11]");
        assertThat(plan("planner.cuts=[12]").mistake()).contains("planner.cuts: read 12");
        assertThat(run(CARD, "server.clockHz=[3e9, 2e9]").mistake()).contains("server.clockHz");
        assertThat(run(CARD, "planner.weight=1.5").mistake()).contains("planner.weight: read 1.5");
        assertThat(run(SFLAM, "network.resourceBlocks=0").mistake()).contains("network.resourceBlocks: read 0");
        assertThat(run(SFLAM, "planner.minBits=9", "planner.maxBits=8").mistake())
                .contains("planner.minBits: read 9, which is more than planner.maxBits (8)");
        assertThat(run(SFLAM, "network.channel={kind: cqi}").mistake())
                .contains("network.channel.kind: says nothing of single resource blocks");
        assertThat(run(SFLAM, "compression={activations: {keep: 0.5, bits: 4}}").mistake())
                .contains("give keep: 1 and bits");
        assertThat(plan("lora.targets=[q_proj]").mistake()).contains("'q_proj' is a layer of a LLaMA");
        assertThat(plan("network.bandwidthHz=-1").mistake()).contains("network.bandwidthHz: read -1");
        assertThat(plan("network.channel.snrDb=.nan").mistake()).contains("network.channel.snrDb: read .nan");
        assertThat(plan("devices.hardware.memoryBytes=0").mistake()).contains("devices.hardware.memoryBytes: read 0");
        assertThat(plan(recorded).mistake())
                .contains("network.channel.file: has rows of 2 devices, the scenario has 8");
        assertThat(plan("network.channel={kind: trace, file: /nowhere.csv}").mistake())
                .contains("network.channel.file: /nowhere.csv");
        assertThat(plan("planner.calibration=/nowhere.json", "compression=auto").mistake())
                .contains("/nowhere.json: there is no such file");
        assertThat(plan("model.shape=llama-3.2-1b", "model.classes=2", "costs.formulas=printed")
                        .mistake())
                .contains("costs.formulas: 'printed' describes a vision transformer");
        assertThat(plan("data.imageSize=225").mistake()).contains("data.imageSize: read 225, expected a multiple");
        assertThat(plan(
                                "compression=auto",
                                "split.cut=[1, 1, 1, 1, 1, 1, 1, 1]",
                                "planner.calibration=" + Calibrations.write(folder))
                        .mistake())
                .contains("compression: 'auto' does not go with a list of cuts");
        assertThat(Cli.run("plan", EXAMPLE, "--round", 0).mistake()).contains("--round: read 0");
    }

    @Test
    void aTraceThatEndsEarlyIsRefused() throws Exception {
        StringBuilder rows = new StringBuilder("round,device,uplinkSnrDb\n");
        for (int round = 1; round <= 2; round++) {
            for (int device = 0; device < 8; device++) {
                rows.append(round).append(',').append(device).append(",15\n");
            }
        }
        Path trace = Files.writeString(folder.resolve("t.csv"), rows);
        String recorded = "network.channel={kind: trace, file: " + trace + "}";
        assertThat(plan(recorded).json().path("feasible").asBoolean()).isTrue();
        assertThat(Cli.run("plan", EXAMPLE, "--set", recorded, "--round", 3).mistake())
                .contains("network.channel.file: ", "no round 3", "rounds 1 to 2");
        assertThat(Cli.run("plan", EXAMPLE, "--set", recorded, "--set", "network.channel.repeat=true", "--round", 3)
                        .exitCode())
                .isZero();
        assertThat(Cli.run("simulate", EXAMPLE, "--set", recorded).mistake())
                .contains("network.channel.file: ", "no round 20");
    }

    @Test
    void everyKindOfChannelCanBePlannedForAndIsDrawnFromTheSeed() {
        for (String channel : List.of(
                "{kind: rayleigh}",
                "{kind: pathloss}",
                "{kind: pathloss, model: uma, fading: false}",
                "{kind: pathloss, model: umi, shadowing: false, distanceMetres: [20, 100]}",
                "{kind: cqi, mean: 12}",
                "{kind: cqi}")) {
            JsonNode once = plan("network.channel=" + channel).json();
            assertThat(once.path("feasible").asBoolean()).as(channel).isTrue();
            assertThat(plan("network.channel=" + channel).json().path("delaySeconds"))
                    .isEqualTo(once.path("delaySeconds"));
            assertThat(plan("network.channel=" + channel, "seed=2").json().path("delaySeconds"))
                    .as(channel)
                    .isNotEqualTo(once.path("delaySeconds"));
        }
    }

    @Test
    void listEntriesOverrideTheSharedValues() {
        JsonNode devices = plan(
                        "network.channel={kind: pathloss, distanceMetres: 100, shadowing: false, fading: false}",
                        "devices.list.0.distanceMetres=1000",
                        "devices.list.1.samples=10")
                .json()
                .path("devices");
        assertThat(devices.get(0).path("bandwidthHz").asDouble())
                .isGreaterThan(2 * devices.get(3).path("bandwidthHz").asDouble());
        assertThat(devices.get(1).path("phaseSeconds").path("CC").asDouble())
                .isLessThan(devices.get(3).path("phaseSeconds").path("CC").asDouble() / 100);
        assertThat(plan("devices.list.2.maxBandwidthHz=1e5")
                        .json()
                        .path("devices")
                        .get(2)
                        .path("bandwidthHz")
                        .asDouble())
                .isCloseTo(1e5, within(1.0));
        assertThat(plan("devices.list.4.snrDb=0")
                        .json()
                        .path("devices")
                        .get(4)
                        .path("bandwidthHz")
                        .asDouble())
                .isGreaterThan(2
                        * plan().json()
                                .path("devices")
                                .get(4)
                                .path("bandwidthHz")
                                .asDouble());
    }

    @Test
    void theFirstRoundAlsoSendsTheBlocks() {
        JsonNode first = plan().json();
        JsonNode second = Cli.run("plan", EXAMPLE, "--json", "--round", 2).json();
        assertThat(phase(first, "ED")).isGreaterThan(10 * phase(second, "ED"));
    }

    private static double phase(JsonNode plan, String name) {
        return plan.path("devices").get(0).path("phaseSeconds").path(name).asDouble();
    }

    @Test
    void aCheckpointAndRealDataArePlannedWithoutAnyNativeLibrary() throws Exception {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        String plain = Arrays.stream(classPath.split(File.pathSeparator, -1))
                .filter(entry -> !entry.contains("bytedeco"))
                .collect(Collectors.joining(File.pathSeparator));
        assertThat(plain).isNotEqualTo(classPath);
        Path out = folder.resolve("out.json");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        plain,
                        Main.class.getName(),
                        "plan",
                        EXAMPLES.resolve("shapes.yaml").toString(),
                        "--json",
                        "--set",
                        "split.cut=auto",
                        "--set",
                        "compression=none")
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(Json.parse(Files.readString(out)).path("devices")).hasSize(3);
    }
}
