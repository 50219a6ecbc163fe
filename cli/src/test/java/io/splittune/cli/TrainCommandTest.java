package io.splittune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
        assertThat(run.err()).contains("round", "accuracy", "device-1 joined");
        assertThat(train("run").mistake()).contains("holds a run already");
    }

    @Test
    void resumedRunEndsAsIfItHadNeverStopped() {
        JsonNode whole = train("whole", "--set", "training.rounds=3").json();
        train("parts").json();
        JsonNode resumed =
                train("parts", "--set", "training.rounds=3", "--resume").json();
        for (String key :
                List.of("rounds", "finalLoss", "finalTrainingLoss", "finalAccuracy", "bytesUp", "bytesDown")) {
            assertThat(resumed.path(key)).as(key).isEqualTo(whole.path(key));
        }
    }

    @Test
    void schemesAreComparedSideBySide() {
        JsonNode both =
                train("both", "--set", "training.scheme=[local, central]").json();
        assertThat(both.path("schemes").findValuesAsText("scheme")).containsExactly("local", "central");
        assertThat(folder.resolve("both/local/adapter/device-2/adapter_model.safetensors"))
                .exists();
        assertThat(folder.resolve("both/central/adapter/adapter_model.safetensors"))
                .exists();
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
        assertThat(train("x", "--set", "split.cut=auto").mistake()).contains("needs a planner");
        assertThat(train("x", "--set", "compression=auto").mistake()).contains("needs a planner");
        assertThat(train("x", "--set", "data.imageSize=12").mistake())
                .contains("a multiple of the model's patch size 8");
        assertThat(train("x", "--set", "model.checkpoint=nowhere").mistake()).contains("nowhere");
        assertThat(train("x", "--set", "model.checkpoint=builtin:vit-huge").mistake())
                .contains("builtin:vit-mini");
        assertThat(train("x", "--resume", "--set", "training.scheme=local").mistake())
                .contains("--resume");
        assertThat(folder.resolve("x")).doesNotExist();
    }
}
