package io.splittune.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.codec.Coder;
import io.splittune.core.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrationFileTest {
    private static final String GOOD = """
            {"model": "m", "cut": 3, "coder": "GOLOMB", "shareMask": true, "uncompressedAccuracy": 0.9, "points": [
              {"keep": 0.2, "levels": 7, "activationRatio": 0.06, "gradientRatio": 0.05, "accuracy": 0.98}]}
            """;

    @TempDir
    private Path folder;

    @Test
    void whatWasWrittenIsRead() throws IOException {
        CalibrationTable table = new CalibrationTable(
                "builtin:vit-mini",
                3,
                Coder.ADAPTIVE,
                true,
                0.75,
                List.of(
                        new CalibrationPoint(0.1, 3, 0.031, 0.02, 0.912345678901),
                        new CalibrationPoint(1, 255, 0.27, 0.26, 1.01)));
        Path file = folder.resolve("calibration.json");
        CalibrationFile.write(file, table);
        assertThat(CalibrationFile.read(file)).isEqualTo(table);
        assertThat(CalibrationFile.parse(GOOD, "g").points()).hasSize(1);
    }

    @Test
    void malformedFilesAreRefusedInOneLineThatNamesThePlace() {
        refused("\"keep\": 0.2", "\"keep\": NaN", "Non-standard token 'NaN'");
        refused("\"keep\": 0.2", "\"keep\": \"NaN\"", "keep (NaN) must lie in (0, 1]. (at points[0])");
        refused("\"keep\": 0.2", "\"keep\": \"0.2\"", "(at points[0].keep)");
        refused("\"keep\": 0.2", "\"keep\": null", "(at points[0].keep)");
        refused("\"keep\": 0.2, ", "", "Missing creator property 'keep' (index 0) (at points[0].keep)");
        refused("\"keep\": 0.2", "\"keep\": 2", "keep (2.0) must lie in (0, 1]. (at points[0])");
        refused("\"levels\": 7", "\"levels\": 7.5", "(at points[0].levels)");
        refused("\"levels\": 7", "\"levels\": 0", "levels (0) must lie in [1, 65535]. (at points[0])");
        refused("\"accuracy\": 0.98", "\"accuracy\": -1", "accuracy (-1.0) must be finite and >= 0. (at points[0])");
        refused("\"accuracy\": 0.98", "\"accuracy\": 1e999", "accuracy (Infinity) must be finite and >= 0.");
        refused("\"accuracy\"", "\"colour\": 1, \"accuracy\"", "Unrecognized field \"colour\" (at points[0].colour)");
        refused("\"GOLOMB\"", "\"ZIP\"", "not one of the values accepted for Enum class");
        refused("\"cut\": 3", "\"cut\": 3, \"cut\": 4", "Duplicate");
        refused("\"uncompressedAccuracy\": 0.9", "\"uncompressedAccuracy\": 1.5", "must lie in [0.0, 1.0].");
        refused("]}", "", "Unexpected end-of-input");
        refused("]}", "]} x", "");
        refused(GOOD.strip(), "null", "JSON null");
        refused(GOOD.strip(), "", "No content");
        refused(GOOD.strip(), "[1]", "");
    }

    @Test
    void aPointThatIsThereTwiceIsRefused() {
        CalibrationPoint point = new CalibrationPoint(0.2, 7, 0.06, 0.05, 0.98);
        assertThatThrownBy(() -> new CalibrationTable("m", 3, Coder.RAW, true, 0.9, List.of(point, point)))
                .hasMessage("keep 0.2 with levels 7 is there twice.");
        assertThatThrownBy(() -> new CalibrationTable("m", 3, Coder.RAW, true, 0.9, List.of()))
                .hasMessage("points must not be empty.");
    }

    @Test
    void aFileThatIsMissingOrHugeIsRefused() throws IOException {
        Path missing = folder.resolve("none.json");
        assertThatThrownBy(() -> CalibrationFile.read(missing))
                .isInstanceOf(UserException.class)
                .hasMessage(missing + ": there is no such file; 'splittune calibrate' makes one.");
        Path huge = folder.resolve("huge.json");
        Files.write(huge, new byte[(4 << 20) + 1]);
        assertThatThrownBy(() -> CalibrationFile.read(huge))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("has 4194305 bytes, at most 4194304 are read");
    }

    private static void refused(String part, String other, String reason) {
        assertThat(GOOD).contains(part);
        assertThatThrownBy(() -> CalibrationFile.parse(GOOD.strip().replace(part, other), "c.json"))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("c.json: is no calibration: ")
                .hasMessageContaining(reason)
                .hasMessageNotContaining("\n");
    }
}
