package io.splittune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulateCommandTest {
    private static final Path EXAMPLES = Path.of("..", "examples");

    @TempDir
    private Path folder;

    private static Cli simulate(String example, String... overrides) {
        List<Object> words = new ArrayList<>(List.of("simulate", EXAMPLES.resolve(example), "--json"));
        for (String override : overrides) {
            words.add("--set");
            words.add(override);
        }
        return Cli.run(words.toArray());
    }

    @Test
    void theExampleIsSimulatedForAllItsSchemes() {
        JsonNode json = simulate("simulate.yaml", "simulation.realizations=3", "training.rounds=4")
                .json();
        assertThat(json.path("rounds").asInt()).isEqualTo(4);
        assertThat(json.path("realizations").asInt()).isEqualTo(3);
        List<String> schemes = new ArrayList<>();
        json.path("byScheme").fieldNames().forEachRemaining(schemes::add);
        assertThat(schemes).containsExactly("sft", "sfl", "sl", "fl-lora", "fl", "local", "central");
        for (JsonNode scheme : json.path("byScheme")) {
            assertThat(scheme.path("delaySeconds").path("mean").asDouble()).isPositive();
            assertThat(scheme.path("delaySeconds").path("p50").asDouble())
                    .isLessThanOrEqualTo(scheme.path("delaySeconds").path("p95").asDouble());
            assertThat(scheme.path("energyJoules").path("mean").asDouble()).isPositive();
        }
        JsonNode sft = json.path("byScheme").path("sft");
        assertThat(json.path("delaySeconds")).isEqualTo(sft.path("delaySeconds"));
        assertThat(json.path("bytes").asDouble()).isEqualTo(sft.path("bytes").asDouble());
        assertThat(json.path("byScheme").path("sfl").path("bytes").asDouble())
                .isGreaterThan(10 * sft.path("bytes").asDouble());
    }

    @Test
    void oneRoundWithoutQueueOnAFixedChannelIsThePlansRound() {
        double planned = Cli.run("plan", EXAMPLES.resolve("plan-vit-b16.yaml"), "--json")
                .json()
                .path("delaySeconds")
                .asDouble();
        JsonNode json = simulate(
                        "plan-vit-b16.yaml", "training.rounds=1", "server.queue=none", "simulation.realizations=1")
                .json();
        assertThat(json.path("delaySeconds").path("mean").asDouble()).isCloseTo(planned, within(1e-5 * planned));
    }

    @Test
    void plannersDecideEveryRoundAnew() {
        JsonNode card = simulate(
                        "card.yaml", "training.rounds=1", "simulation.realizations=1", "network.channel={kind: fixed}")
                .json();
        double planned = Cli.run(
                        "plan", EXAMPLES.resolve("card.yaml"), "--set", "network.channel={kind: fixed}", "--json")
                .json()
                .path("delaySeconds")
                .asDouble();
        assertThat(card.path("delaySeconds").path("mean").asDouble()).isCloseTo(planned, within(1e-5 * planned));
        JsonNode sflam = simulate(
                        "sflam.yaml",
                        "training.scheme=[sflam, sfl]",
                        "training.rounds=3",
                        "simulation.realizations=2",
                        "devices.count=12",
                        "network.resourceBlocks=4",
                        "network.bandwidthHz=80e6")
                .json();
        assertThat(sflam.path("byScheme").path("sflam").path("participants").asDouble())
                .isEqualTo(4);
        assertThat(sflam.path("byScheme").path("sfl").path("participants").asDouble())
                .isEqualTo(12);
    }

    @Test
    void aPlannerThatDoesNotGoWithTheSchemeIsRefused() {
        assertThat(simulate("card.yaml", "training.scheme=sft").mistake())
                .contains("planner.kind: card plans for devices that take turns");
        assertThat(simulate("sflam.yaml", "training.scheme=sft", "split.cut=auto")
                        .mistake())
                .contains("planner.kind: sflam gives resource blocks");
    }

    @Test
    void queueJitterStragglersAndOverlapChangeTheRound() {
        double plain = mean("server.queue=none");
        assertThat(mean("server.queue=fifo")).isGreaterThan(plain);
        assertThat(mean("server.queue=none", "simulation.jitter=0.5")).isGreaterThan(plain);
        assertThat(mean("server.queue=none", "simulation.stragglerProbability=1"))
                .isGreaterThan(plain);
        assertThat(mean("server.queue=none", "simulation.overlap=true", "training.microBatch=8"))
                .isLessThan(plain);
        assertThat(mean("server.queue=none", "simulation={dropoutProbability: 1, deadlineSeconds: 50}"))
                .isCloseTo(100, within(1e-9));
    }

    private static double mean(String... overrides) {
        List<String> all = new ArrayList<>(List.of("training.rounds=2", "simulation.realizations=2"));
        all.addAll(List.of(overrides));
        return simulate("plan-vit-b16.yaml", all.toArray(String[]::new))
                .json()
                .path("delaySeconds")
                .path("mean")
                .asDouble();
    }

    @Test
    void whatIsOpenIsPlannedFirst() throws Exception {
        String calibration = "planner.calibration=" + Calibrations.write(folder);
        for (String kind : List.of("two-timescale", "heterogeneous", "equal", "random")) {
            JsonNode json = simulate(
                            "plan-vit-b16.yaml",
                            "compression=auto",
                            calibration,
                            "planner.kind=" + kind,
                            "planner.accuracyFloor=0.9",
                            "training.rounds=2",
                            "simulation.realizations=2")
                    .json();
            assertThat(json.path("bytes").asDouble()).isPositive();
        }
        assertThat(simulate("plan-vit-b16.yaml", "planner.maxDelaySeconds=1").mistake())
                .contains("planner two-timescale: delay: the round that planner two-timescale finds takes ");
    }

    @Test
    void whatCannotBeSimulatedIsRefused() {
        assertThat(simulate("simulate.yaml", "costs.formulas=printed").mistake())
                .contains("costs.formulas: 'printed' has no mini-batches");
        assertThat(simulate("simulate.yaml", "network.minBandwidthPerDeviceHz=10e6")
                        .mistake())
                .contains("network.minBandwidthPerDeviceHz: 8 devices");
    }
}
