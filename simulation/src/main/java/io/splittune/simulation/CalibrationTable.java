package io.splittune.simulation;

import static io.splittune.core.Check.inRange;
import static io.splittune.core.Check.positive;
import static io.splittune.core.Check.require;

import io.splittune.codec.Coder;
import io.splittune.planner.AccuracyPoint;
import io.splittune.planner.AccuracySurface;
import io.splittune.planner.CompressionOption;
import io.splittune.planner.CompressionTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a calibration measured: size and accuracy by compression. SFT section IV-B, "lossless encoding", and Fig. 3 and 7.
 *
 * @param model its name, for people
 * @param cut blocks on the device when it was measured
 * @param coder the lossless stage of all points
 * @param shareMask whether gradient frames reused the activation's positions
 * @param uncompressedAccuracy of the short training without compression, in (0, 1]
 * @param points each (keep, levels) once
 */
public record CalibrationTable(
        String model,
        int cut,
        Coder coder,
        boolean shareMask,
        double uncompressedAccuracy,
        List<CalibrationPoint> points) {
    /**
     * Copies and validates.
     *
     * @throws IllegalArgumentException if a value is out of range, there is no point or one is there twice
     */
    public CalibrationTable {
        points = List.copyOf(points);
        positive(cut, "cut");
        positive(uncompressedAccuracy, "uncompressedAccuracy");
        inRange(uncompressedAccuracy, 0, 1, "uncompressedAccuracy");
        require(!points.isEmpty(), "points must not be empty.");
        Set<List<Number>> seen = new HashSet<>();
        for (CalibrationPoint point : points) {
            require(
                    seen.add(List.of(point.keep(), point.levels())),
                    "keep %s with levels %s is there twice.",
                    point.keep(),
                    point.levels());
        }
    }

    /**
     * Fits the accuracy over keep and bits: SFT Fig. 3; the paper reports a mean squared error of 0.26 %.
     *
     * @throws IllegalArgumentException if there are fewer than ten points, or fewer than four keeps or numbers of levels
     */
    public AccuracySurface surface() {
        return AccuracySurface.fit(points.stream()
                .map(point -> new AccuracyPoint(point.keep(), point.levels(), point.accuracy()))
                .toList());
    }

    /**
     * Returns what planners choose from: the measured points with the fitted surface's accuracy, in which the noise of single
     * trainings is averaged out, and no compression.
     *
     * @throws IllegalArgumentException as {@link #surface}
     */
    public CompressionTable compressions() {
        AccuracySurface surface = surface();
        List<CompressionOption> options = new ArrayList<>();
        for (CalibrationPoint point : points) {
            options.add(new CompressionOption(
                    point.keep(),
                    point.levels(),
                    // A frame larger than its tensor would not be used.
                    Math.min(1, point.activationRatio()),
                    Math.min(1, point.gradientRatio()),
                    Math.max(0, surface.at(point.keep(), point.levels()))));
        }
        options.add(CompressionOption.uncompressed());
        return new CompressionTable(options);
    }
}
