package io.splittune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainCommandTest {
    private static final List<String> SUMMARY_KEYS = List.of(
            "scheme",
            "rounds",
            "finalAccuracy",
            "bestAccuracy",
            "initialAccuracy",
            "finalLoss",
            "bytesUp",
            "bytesDown",
            "compressionRatioUp",
            "compressionRatioDown",
            "virtualSeconds",
            "wallSeconds",
            "energyJoules",
            "deviceMemoryPredictedBytes",
            "deviceMemoryMeasuredBytes",
            "adapter",
            "out");

    @TempDir
    private Path folder;

    private Path scenario;

    @BeforeEach
    void writeScenario() throws Exception {
        scenario = TinyModel.scenario(folder);
    }

    private Cli train(String run, Object... more) {
        Object[] all = new Object[5 + more.length];
        System.arraycopy(new Object[] {"train", scenario, "--json", "--out", folder.resolve(run)}, 0, all, 0, 5);
        System.arraycopy(more, 0, all, 5, more.length);
        return Cli.run(all);
    }

    @Test
    void runLeavesAllThatTheContractNames() throws Exception {
        Cli run = train("run");
        JsonNode summary = run.json();
        assertThat(summary.fieldNames()).toIterable().containsAll(SUMMARY_KEYS);
        assertThat(summary.path("scheme").asText()).isEqualTo("sft");
        assertThat(summary.path("rounds").asInt()).isEqualTo(2);
        assertThat(summary.path("bytesUp").asLong()).isPositive();
        assertThat(summary.path("compressionRatioUp").asDouble()).isGreaterThan(1);
        Path out = folder.resolve("run");
        assertThat(Json.parse(Files.readString(out.resolve("summary.json")))).isEqualTo(summary);
        assertThat(out.resolve("adapter/adapter_config.json")).exists();
        assertThat(out.resolve("adapter/adapter_model.safetensors")).exists();
        assertThat(out.resolve("checkpoint")).isDirectory();
        assertThat(out).isDirectoryContaining("glob:**events.out.tfevents.*");
        List<String> lines = Files.readAllLines(out.resolve("metrics.jsonl"));
        assertThat(lines).hasSize(2);
        JsonNode first = Json.parse(lines.get(0));
        assertThat(first.fieldNames())
                .toIterable()
                .contains("round", "loss", "accuracy", "bytesUp", "bytesDown", "virtualSeconds", "wallSeconds")
                .contains("energyJoules", "phaseSeconds", "devices");
        assertThat(first.path("devices").findValuesAsText("id")).containsExactly("device-1", "device-2");
        assertThat(out.resolve("report.html")).isNotEmptyFile();
        assertThat(run.err()).contains("round", "accuracy", "device-1 joined");
        assertThat(train("run").mistake()).contains("holds a run already");
    }

    @Test
    void activationsOfTheLastRoundAreKeptWithTheirGradients() throws Exception {
        train("run", "--save-activations", 2).json();
        List<String> names;
        try (Stream<Path> files = Files.list(folder.resolve("run/cut"))) {
            names = files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
        assertThat(names).hasSize(4);
        for (int i = 0; i < names.size(); i += 2) {
            assertThat(names.get(i)).endsWith(".activation.npy");
            assertThat(names.get(i + 1)).isEqualTo(names.get(i).replace("activation", "gradient"));
            TensorValues activation = NpyFile.read(folder.resolve("run/cut").resolve(names.get(i)));
            TensorValues gradient = NpyFile.read(folder.resolve("run/cut").resolve(names.get(i + 1)));
            assertThat(activation.shape()).hasSize(3).isEqualTo(gradient.shape());
            assertThat(activation.values()).isNotEqualTo(gradient.values());
        }
        assertThat(train("none", "--save-activations", -1).mistake()).contains("--save-activations: read -1");
    }

    @Test
    void cardMovesItsCutsAndTheServersClock() throws Exception {
        JsonNode summary = train(
                        "card",
                        "--set",
                        "training.scheme=card",
                        "--set",
                        "split.cut=auto",
                        "--set",
                        "server.clockHz=[1e8, 3e9]",
                        "--set",
                        "network.channel={kind: cqi, mean: 7, deviation: 4}")
                .json();
        assertThat(summary.path("scheme").asText()).isEqualTo("card");
        assertThat(summary.path("virtualSeconds").asDouble()).isPositive();
        for (String line : Files.readAllLines(folder.resolve("card/metrics.jsonl"))) {
            for (JsonNode device : Json.parse(line).path("devices")) {
                assertThat(device.path("cut").asInt()).isPositive();
            }
        }
    }

    @Test
    void sflamTrainsWhoHasABlockAndQuantisesByItsPlan() throws Exception {
        for (String tuning : List.of("lora", "full")) {
            JsonNode summary = train(
                            tuning,
                            "--set",
                            "training.scheme=sflam",
                            "--set",
                            "training.tuning=" + tuning,
                            "--set",
                            "compression=none",
                            "--set",
                            "network.resourceBlocks=1")
                    .json();
            assertThat(summary.path("scheme").asText()).isEqualTo("sflam");
            JsonNode devices = Json.parse(Files.readAllLines(folder.resolve(tuning + "/metrics.jsonl"))
                            .get(0))
                    .path("devices");
            assertThat(devices.findValues("cut").stream().map(JsonNode::asInt)).containsOnly(0);
            assertThat(devices.findValues("samples").stream().filter(samples -> samples.asInt() > 0))
                    .as("one block, one participant")
                    .hasSize(1);
            assertThat(summary.path("adapter").isNull()).isEqualTo(tuning.equals("full"));
        }
    }

    @Test
    void virtualTimeIsThatOfTheBytesThatWereSent() throws Exception {
        JsonNode summary = train("run").json();
        List<String> lines = Files.readAllLines(folder.resolve("run/metrics.jsonl"));
        double seconds = 0;
        for (String line : lines) {
            JsonNode round = Json.parse(line);
            seconds += round.path("virtualSeconds").asDouble();
            assertThat(round.path("phaseSeconds").properties())
                    .extracting(java.util.Map.Entry::getKey)
                    .containsExactly("ED", "CC", "IT", "SC", "GT", "DU", "LT");
            JsonNode devices = round.path("devices");
            double band = 0;
            for (JsonNode device : devices) {
                band += device.path("bandwidthHz").asDouble();
                assertThat(device.path("delaySeconds").asDouble())
                        .isPositive()
                        .isLessThanOrEqualTo(round.path("virtualSeconds").asDouble() * (1 + 1e-12));
            }
            assertThat(band).isCloseTo(30e6, org.assertj.core.data.Offset.offset(1.0));
        }
        assertThat(summary.path("virtualSeconds").asDouble())
                .isCloseTo(seconds, org.assertj.core.data.Offset.offset(1e-9));
        assertThat(summary.path("energyJoules").asDouble()).isPositive();
        assertThat(summary.path("deviceMemoryPredictedBytes").asLong()).isPositive();
        // A hundredth of the band at the same SNR: what is sent takes longer, what is computed does not.
        JsonNode slow = train(
                        "slow", "--set", "network.bandwidthHz=0.3e6", "--set", "network.maxBandwidthPerDeviceHz=0.3e6")
                .json();
        assertThat(slow.path("virtualSeconds").asDouble()).isGreaterThan(20 * seconds);
        assertThat(slow.path("finalLoss")).isEqualTo(summary.path("finalLoss"));
    }

    @Test
    void whatIsLeftToThePlannerIsDecidedByIt() throws Exception {
        JsonNode summary = train("auto", "--set", "split.cut=auto").json();
        assertThat(summary.path("virtualSeconds").asDouble()).isPositive();
        assertThat(train("never", "--set", "simulation.dropoutProbability=0.1", "--set", "simulation.deadlineSeconds=5")
                        .mistake())
                .contains("splittune simulate");
    }

    @Test
    void resumedRunEndsAsIfItHadNeverStopped() {
        JsonNode whole = train("whole", "--set", "training.rounds=3").json();
        train("parts").json();
        JsonNode resumed =
                train("parts", "--set", "training.rounds=3", "--resume").json();
        for (String key : List.of("rounds", "finalLoss", "finalTrainingLoss", "finalAccuracy", "bytesUp")) {
            assertThat(resumed.path(key)).as(key).isEqualTo(whole.path(key));
        }
        // The first start after a pause goes out without the one before beside it, and so longer.
        for (String key : List.of("bytesDown", "virtualSeconds", "energyJoules")) {
            assertThat(resumed.path(key).asDouble() / whole.path(key).asDouble())
                    .as(key)
                    .isBetween(1.0, 1.3);
        }
    }

    @Test
    void schemesAreComparedSideBySideFromOneStart() {
        String schemes = "training.scheme=[sft, sl, sfl, fl, fl-lora, local, central]";
        Cli run = train("all", "--set", schemes, "--set", "training.rounds=1");
        JsonNode all = run.json().path("schemes");
        assertThat(all.findValuesAsText("scheme"))
                .containsExactly("sft", "sl", "sfl", "fl", "fl-lora", "local", "central");
        assertThat(all.findValuesAsText("initialLoss").stream().distinct()).hasSize(1);
        Path out = folder.resolve("all");
        assertThat(out.resolve("local/adapter/device-2/adapter_model.safetensors"))
                .exists();
        for (String scheme : List.of("sft", "sl", "sfl", "fl-lora", "central")) {
            assertThat(out.resolve(scheme + "/adapter/adapter_model.safetensors"))
                    .exists();
        }
        assertThat(run.json().path("out").asText()).isEqualTo(out.toString());
    }

    @Test
    void fullFineTuningLeavesAModelInPlaceOfAnAdapter() throws Exception {
        JsonNode summary = train("full", "--set", "training.scheme=fl").json();
        Path model = folder.resolve("full/full-model");
        assertThat(summary.path("adapter").isNull()).isTrue();
        assertThat(summary.path("model").asText()).isEqualTo(model.toString());
        assertThat(folder.resolve("full/adapter")).doesNotExist();
        assertThat(Json.parse(Files.readString(folder.resolve("full/summary.json"))))
                .isEqualTo(summary);
        JsonNode score = Cli.run("evaluate", scenario, "--set", "model.checkpoint=" + model, "--json")
                .json();
        assertThat(score.path("loss").asDouble())
                .isCloseTo(summary.path("finalLoss").asDouble(), org.assertj.core.data.Offset.offset(1e-4));
        // Two devices and two rounds, less than 4 bytes a weight each way.
        long weights = (Files.size(model.resolve("model.safetensors")) - 8) / 4;
        assertThat(summary.path("bytesUp").asLong()).isBetween(6 * weights, 15 * weights);
        assertThat(summary.path("bytesDown").asLong()).isBetween(6 * weights, 15 * weights);
        train("full", "--force").json();
        assertThat(model).doesNotExist();
    }

    @Test
    void adapterOfARunIsEvaluatedAndExported() {
        JsonNode summary =
                train("run", "--set", "training.optimizer.learningRate=0.5").json();
        JsonNode score = Cli.run("evaluate", scenario, "--adapter", folder.resolve("run/adapter"), "--json")
                .json();
        assertThat(score.path("samples").asInt()).isEqualTo(16);
        assertThat(score.path("loss").asDouble())
                .isCloseTo(summary.path("finalLoss").asDouble(), org.assertj.core.data.Offset.offset(1e-4));
        JsonNode base = Cli.run("evaluate", scenario, "--json").json();
        assertThat(base.path("loss").asDouble()).isNotEqualTo(score.path("loss").asDouble());

        Path merged = folder.resolve("merged");
        assertThat(Cli.run("export", folder.resolve("run"), "--out", merged, "--json")
                        .json()
                        .path("bytes")
                        .asLong())
                .isPositive();
        // The merged model alone scores as the adapter on its base does.
        JsonNode again = Cli.run("evaluate", scenario, "--set", "model.checkpoint=" + merged, "--json")
                .json();
        assertThat(again.path("loss").asDouble())
                .isCloseTo(score.path("loss").asDouble(), org.assertj.core.data.Offset.offset(1e-3));
        assertThat(Cli.run("export", folder.resolve("run"), "--out", merged).mistake())
                .contains("--force");
        assertThat(Cli.run("export", folder, "--out", merged).exitCode()).isEqualTo(2);
    }

    @Test
    void whatCannotBeRunIsSaidBeforeAnythingIsWritten() {
        assertThat(train("x", "--set", "split.cut=3").mistake())
                .contains("split.cut: read 3, expected a whole number in [1, 2]: the model has 3 blocks");
        assertThat(train("x", "--set", "split.cut=auto", "--set", "planner.kind=card")
                        .mistake())
                .contains("card");
        assertThat(train(
                                "x",
                                "--set",
                                "compression=auto",
                                "--set",
                                "planner.accuracyFloor=1.0",
                                "--set",
                                "planner.keep=[0.05]")
                        .mistake())
                .contains("accuracy");
        assertThat(train("x", "--set", "data.imageSize=12").mistake())
                .contains("a multiple of the model's patch size 8");
        assertThat(train("x", "--set", "model.checkpoint=nowhere").mistake()).contains("nowhere");
        assertThat(train("x", "--set", "model.checkpoint=builtin:vit-huge").mistake())
                .contains("builtin:vit-mini");
        for (String scheme : List.of("local", "sl", "fl", "fl-lora")) {
            assertThat(train("x", "--resume", "--set", "training.scheme=[sft, " + scheme + "]")
                            .mistake())
                    .contains("--resume: scheme " + scheme + " keeps no checkpoints, only sft, sfl, sflam do");
        }
        for (String schemes : List.of("fl-lora", "[sft, sfl]")) {
            assertThat(Cli.run("server", scenario, "--insecure", "--set", "training.scheme=" + schemes)
                            .mistake())
                    .contains(
                            "a server runs one of sft, sl, sfl, card, sflam; splittune train runs the others, and lists");
        }
        assertThat(Cli.run("server", scenario, "--insecure", "--resume", "--set", "training.scheme=sl")
                        .mistake())
                .contains("--resume: scheme sl");
        assertThat(folder.resolve("x")).doesNotExist();
    }
}
