package io.splittune.simulation;

import static io.splittune.core.Check.require;

import io.splittune.codec.Compression;
import java.util.List;

/**
 * The compressions that a calibration measures: every kept fraction with every number of levels.
 *
 * @param keeps rho, each in (0, 1], rising
 * @param levels E, each at least 1, rising
 */
public record CalibrationGrid(List<Double> keeps, List<Integer> levels) {
    /** From one value in twenty at one bit to all values at eight bits: 30 points, three for each coefficient of the surface. */
    public static final CalibrationGrid DEFAULT =
            new CalibrationGrid(List.of(0.05, 0.1, 0.2, 0.3, 0.5, 1.0), List.of(1, 3, 7, 15, 255));

    /**
     * Copies and validates.
     *
     * @throws IllegalArgumentException if a list is empty, does not rise or holds a value out of range
     */
    public CalibrationGrid {
        keeps = List.copyOf(keeps);
        levels = List.copyOf(levels);
        require(
                !keeps.isEmpty() && !levels.isEmpty(),
                "A calibration grid needs a kept fraction and a number of levels.");
        for (int i = 0; i < keeps.size(); i++) {
            double keep = keeps.get(i);
            require(keep > 0 && keep <= 1, "keep (%s) must lie in (0, 1].", keep);
            require(i == 0 || keep > keeps.get(i - 1), "keeps %s must rise.", keeps);
        }
        for (int i = 0; i < levels.size(); i++) {
            int level = levels.get(i);
            require(level >= 1 && level <= Compression.MAX_LEVELS, "levels (%s) must lie in [1, 65535].", level);
            require(i == 0 || level > levels.get(i - 1), "levels %s must rise.", levels);
        }
    }

    /** Returns the number of points. */
    public int size() {
        return keeps.size() * levels.size();
    }
}
