package io.splittune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.splittune.simulation.CalibrationFile;
import io.splittune.simulation.CalibrationTable;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrateCommandTest {
    @TempDir
    private Path folder;

    @Test
    void measuresAGridAndWritesWhatPlannersRead() throws Exception {
        Path scenario = TinyModel.scenario(folder);
        Path file = folder.resolve("calibration.json");
        Cli run = Cli.run(
                "calibrate",
                scenario,
                "--rounds",
                1,
                "--out",
                file,
                "--set",
                "planner={keep: [0.5, 0.1], levels: [1, 7]}",
                "--json");
        JsonNode json = run.json();
        assertThat(json.path("points")).hasSize(4);
        assertThat(json.path("best")).isNotEmpty();
        assertThat(json.path("meanSquaredError").isNull()).as("too few points").isTrue();
        assertThat(run.err())
                .contains(
                        "4 compressions and one training without, each 1 rounds on 24 samples, cut 1", "4/4 keep 0.50");
        CalibrationTable table = CalibrationFile.read(file);
        assertThat(table.points()).hasSize(4);
        assertThat(table.points().get(0).keep()).isEqualTo(0.1);
        assertThat(table.shareMask()).isTrue();

        JsonNode plan = Cli.run(
                        "plan",
                        scenario,
                        "--json",
                        "--set",
                        "compression=auto",
                        "--set",
                        "planner={calibration: " + file + ", accuracyFloor: 0}")
                .json();
        assertThat(plan.path("feasible").asBoolean()).isTrue();
    }

    @Test
    void badInputIsRefusedBeforeAnythingIsTrained() throws Exception {
        Path scenario = TinyModel.scenario(folder);
        Path file = folder.resolve("calibration.json");
        assertThat(Cli.run("calibrate", scenario).mistake()).contains("--out");
        assertThat(Cli.run("calibrate", scenario, "--out", file, "--rounds", 0).mistake())
                .contains("--rounds: read 0");
        assertThat(Cli.run("calibrate", scenario, "--out", file, "--set", "split.cut=3")
                        .mistake())
                .contains("split.cut: read 3");
        assertThat(file).doesNotExist();
    }
}
