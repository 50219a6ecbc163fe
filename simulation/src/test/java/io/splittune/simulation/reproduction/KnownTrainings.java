package io.splittune.simulation.reproduction;

import io.splittune.codec.Coder;
import io.splittune.simulation.CalibrationGrid;
import io.splittune.simulation.CalibrationPoint;
import io.splittune.simulation.CalibrationTable;
import io.splittune.training.Scheme;
import java.util.List;

/** Trainings whose results are known: SFT ends at 90 %, the others at 92 %, and a cubic surface fits exactly. */
final class KnownTrainings implements SftTrainings {
    static double accuracy(double keep, int levels) {
        double bits = Math.log(levels + 1.0) / Math.log(2) / 8;
        return 0.9 + 0.05 * keep + 0.1 * bits - 0.05 * keep * bits * bits;
    }

    @Override
    public String setting() {
        return "A known model.";
    }

    @Override
    public List<Double> accuracyByRound(Split split, Scheme scheme) {
        return List.of(0.1, scheme == Scheme.SFT ? 0.9 : 0.92, 0.8);
    }

    @Override
    public CalibrationTable calibrate(CalibrationGrid grid) {
        List<CalibrationPoint> points = grid.keeps().stream()
                .flatMap(keep -> grid.levels().stream()
                        .map(levels -> new CalibrationPoint(keep, levels, 0.04, 0.01, accuracy(keep, levels))))
                .toList();
        return new CalibrationTable("known", 2, Coder.ADAPTIVE, true, 0.9, points);
    }
}
