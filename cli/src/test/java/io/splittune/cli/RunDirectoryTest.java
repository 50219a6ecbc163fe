package io.splittune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.cli.scenario.Scenario;
import io.splittune.cli.scenario.ScenarioReader;
import io.splittune.core.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
    @TempDir
    private Path parent;

    private Path folder;

    @BeforeEach
    void chooseFolder() {
        folder = parent.resolve("a/run");
    }

    private static Scenario scenario(String... overrides) {
        return ScenarioReader.readText(
                "model: {checkpoint: 'builtin:vit-mini'}\ndata: {format: 'builtin:shapes'}\n",
                "s.yaml",
                Path.of("/"),
                List.of(overrides));
    }

    @Test
    void scenarioIsWrittenResolved() throws Exception {
        RunDirectory.open(folder, scenario(), false, false);
        assertThat(ScenarioReader.read(folder.resolve("scenario.yaml"), List.of()))
                .isEqualTo(scenario());
    }

    @Test
    void runThatIsThereIsNotOverwritten() throws Exception {
        RunDirectory.open(folder, scenario(), false, false)
                .appendMetrics(Json.object().put("round", 1));
        assertThatThrownBy(() -> RunDirectory.open(folder, scenario(), false, false))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("holds a run already")
                .hasMessageContaining("--resume")
                .hasMessageContaining("--force");
        assertThat(folder.resolve("metrics.jsonl")).exists();
        assertThatThrownBy(() -> RunDirectory.open(folder, scenario(), true, true))
                .hasMessageContaining("exclude one another");
    }

    @Test
    void forceRemovesTheRunAndNothingElse() throws Exception {
        RunDirectory.open(folder, scenario(), false, false)
                .appendMetrics(Json.object().put("round", 1));
        Files.createDirectories(folder.resolve("checkpoint/round-1"));
        Files.writeString(folder.resolve("checkpoint/round-1/x"), "");
        Files.writeString(folder.resolve("events.out.tfevents.1"), "");
        Files.writeString(folder.resolve("notes.txt"), "mine");
        RunDirectory.open(folder, scenario("seed=2"), true, false);
        assertThat(folder.resolve("metrics.jsonl")).doesNotExist();
        assertThat(folder.resolve("checkpoint")).doesNotExist();
        assertThat(folder.resolve("events.out.tfevents.1")).doesNotExist();
        assertThat(folder.resolve("notes.txt")).hasContent("mine");
    }

    @Test
    void resumedRunKeepsRoundsUpToItsCheckpointAndDropsACutLine() throws Exception {
        RunDirectory run = RunDirectory.open(folder, scenario(), false, false);
        for (int round = 1; round <= 3; round++) {
            run.appendMetrics(Json.object().put("round", round));
        }
        Files.writeString(folder.resolve("metrics.jsonl"), "{\"round\":", StandardOpenOption.APPEND);
        RunDirectory resumed = RunDirectory.open(folder, scenario("training.rounds=40"), false, true);
        assertThat(resumed.keepMetrics(2)).hasSize(2);
        assertThat(folder.resolve("metrics.jsonl")).hasContent("{\"round\":1}\n{\"round\":2}\n");
    }

    @Test
    void resumedRunMustHaveTheSameScenario() throws Exception {
        RunDirectory.open(folder, scenario(), false, false);
        assertThatThrownBy(() -> RunDirectory.open(folder, scenario("lora.rank=8"), false, true))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("rank: 16, now rank: 8");
    }

    @Test
    void fileInPlaceOfTheFolderIsRefused() throws Exception {
        Files.createDirectories(folder.getParent());
        Files.writeString(folder, "");
        assertThatThrownBy(() -> RunDirectory.open(folder, scenario(), true, false))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("a file, expected a folder");
    }
}
