package io.splittune.cli;

import io.splittune.codec.Coder;
import io.splittune.simulation.CalibrationFile;
import io.splittune.simulation.CalibrationPoint;
import io.splittune.simulation.CalibrationTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A calibration whose every value has a formula. */
final class Calibrations {
    private static final List<Double> KEEPS = List.of(0.1, 0.2, 0.5, 1.0);
    private static final List<Integer> LEVELS = List.of(1, 3, 7, 15);

    private Calibrations() {}

    static double bits(int levels) {
        return Math.log(levels + 1.0) / Math.log(2);
    }

    static double activationRatio(double keep, int levels) {
        return keep * (bits(levels) + 4) / 32;
    }

    static double gradientRatio(double keep, int levels) {
        return keep * (bits(levels) + 1) / 32;
    }

    static double accuracy(double keep, int levels) {
        return 1 - 0.1 * (1 - keep) - 0.02 * (4 - bits(levels));
    }

    static CalibrationTable table() {
        List<CalibrationPoint> points = new ArrayList<>();
        for (double keep : KEEPS) {
            for (int levels : LEVELS) {
                points.add(new CalibrationPoint(
                        keep,
                        levels,
                        activationRatio(keep, levels),
                        gradientRatio(keep, levels),
                        accuracy(keep, levels)));
            }
        }
        return new CalibrationTable("formula", 2, Coder.ADAPTIVE, true, 0.5, points);
    }

    static Path write(Path folder) throws IOException {
        Path file = folder.resolve("calibration.json");
        CalibrationFile.write(file, table());
        return file;
    }
}
