package io.splittune.cli;

import io.splittune.codec.Coder;
import io.splittune.planner.AccuracySurface;
import io.splittune.simulation.CalibrationPoint;
import io.splittune.simulation.CalibrationTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/**
 * A calibration between its points: ratios are linear in the kept fraction and in the bits of a level, accuracy is that of
 * the cubic surface where the points determine one (SFT eq. 10), else linear too.
 */
final class MeasuredCompressions {
    private final CalibrationTable table;
    private final TreeSet<Double> keeps = new TreeSet<>();
    private final TreeSet<Integer> levels = new TreeSet<>();
    private final Optional<AccuracySurface> surface;

    /** A compression as the calibration sees it. */
    record Measured(double activationRatio, double gradientRatio, double accuracy) {}

    MeasuredCompressions(CalibrationTable table) {
        this.table = table;
        for (CalibrationPoint point : table.points()) {
            keeps.add(point.keep());
            levels.add(point.levels());
        }
        this.surface = fit(table);
    }

    /** A small grid does not determine the surface. */
    private static Optional<AccuracySurface> fit(CalibrationTable table) {
        try {
            return Optional.of(table.surface());
        } catch (IllegalArgumentException undetermined) {
            return Optional.empty();
        }
    }

    /** Returns the fitted surface, where the points determine one. */
    Optional<AccuracySurface> surface() {
        return surface;
    }

    /** Returns the lossless stage that was measured. */
    Coder coder() {
        return table.coder();
    }

    boolean sharesMask() {
        return table.shareMask();
    }

    SortedSet<Double> keeps() {
        return keeps;
    }

    SortedSet<Integer> levels() {
        return levels;
    }

    /**
     * Looks a compression up.
     *
     * @return empty outside of what was measured
     */
    Optional<Measured> at(double keep, int level) {
        Double keepBelow = keeps.floor(keep);
        Double keepAbove = keeps.ceiling(keep);
        Integer levelsBelow = levels.floor(level);
        Integer levelsAbove = levels.ceiling(level);
        if (keepBelow == null || keepAbove == null || levelsBelow == null || levelsAbove == null) {
            return Optional.empty();
        }
        List<CalibrationPoint> corners = new ArrayList<>();
        for (double k : List.of(keepBelow, keepAbove)) {
            for (int e : List.of(levelsBelow, levelsAbove)) {
                Optional<CalibrationPoint> corner = point(k, e);
                if (corner.isEmpty()) {
                    return Optional.empty();
                }
                corners.add(corner.get());
            }
        }
        double alongKeep = part(keep, keepBelow, keepAbove);
        double alongBits = part(bits(level), bits(levelsBelow), bits(levelsAbove));
        double accuracy = surface.map(fitted -> Math.max(0, fitted.at(keep, level)))
                .orElseGet(() -> between(corners, CalibrationPoint::accuracy, alongKeep, alongBits));
        return Optional.of(new Measured(
                between(corners, CalibrationPoint::activationRatio, alongKeep, alongBits),
                between(corners, CalibrationPoint::gradientRatio, alongKeep, alongBits),
                accuracy));
    }

    private Optional<CalibrationPoint> point(double keep, int level) {
        return table.points().stream()
                .filter(point -> point.keep() == keep && point.levels() == level)
                .min(Comparator.comparingDouble(CalibrationPoint::ratio));
    }

    private static double bits(int levels) {
        return Math.log(levels + 1.0);
    }

    private static double part(double value, double low, double high) {
        return high > low ? (value - low) / (high - low) : 0;
    }

    private static double between(
            List<CalibrationPoint> corners, ToDoubleFunction<CalibrationPoint> of, double alongKeep, double alongBits) {
        double below = mix(of.applyAsDouble(corners.get(0)), of.applyAsDouble(corners.get(1)), alongBits);
        double above = mix(of.applyAsDouble(corners.get(2)), of.applyAsDouble(corners.get(3)), alongBits);
        return mix(below, above, alongKeep);
    }

    private static double mix(double low, double high, double part) {
        return low + part * (high - low);
    }
}
