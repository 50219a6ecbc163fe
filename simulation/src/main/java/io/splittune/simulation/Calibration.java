package io.splittune.simulation;

import io.splittune.codec.Coder;
import io.splittune.codec.Compression;
import io.splittune.codec.FloatFormat;
import io.splittune.core.UserException;
import io.splittune.training.CutCompression;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Measures what compressions save and what they cost: real bytes of real tensors, and the accuracy of short real
 * trainings, over a grid. SFT section IV-B and IV-C, Fig. 3 and 7.
 */
public final class Calibration {
    private final CalibrationGrid grid;
    private final Coder coder;
    private final boolean shareMask;
    private final ShortTraining training;
    private final Listener listener;

    /** Trains a model from the same start for a short while. */
    @FunctionalInterface
    public interface ShortTraining {
        /**
         * Returns the test accuracy after the training, in [0, 1].
         *
         * @param compression of the cut
         */
        double accuracyWith(CutCompression compression);
    }

    /** Hears about each point. */
    @FunctionalInterface
    public interface Listener {
        /**
         * A point is measured.
         *
         * @param point the result
         * @param done how many points are done
         * @param all how many there are
         */
        void onPoint(CalibrationPoint point, int done, int all);
    }

    /**
     * Sets up a calibration.
     *
     * @param grid what to measure
     * @param coder the lossless stage
     * @param shareMask whether gradient frames reuse the activation's positions
     * @param training measures accuracy; called once for each point and once without compression
     * @param listener hears about each point
     */
    public Calibration(
            CalibrationGrid grid, Coder coder, boolean shareMask, ShortTraining training, Listener listener) {
        this.grid = Objects.requireNonNull(grid, "grid");
        this.coder = Objects.requireNonNull(coder, "coder");
        this.shareMask = shareMask;
        this.training = Objects.requireNonNull(training, "training");
        this.listener = Objects.requireNonNull(listener, "listener");
    }

    /**
     * Measures all points.
     *
     * @param model its name, for people
     * @param cut of the probe
     * @param probe the model's tensors at the cut
     * @return the table
     * @throws UserException if the training without compression gets nothing right, so that nothing can be compared to it
     */
    public CalibrationTable run(String model, int cut, CutProbe probe) {
        double reference = training.accuracyWith(CutCompression.none(FloatFormat.FP32));
        if (!(reference > 0)) {
            throw new UserException("calibrate: the training without compression ends with accuracy " + reference
                    + "; give it more rounds or another learning rate.");
        }
        List<CalibrationPoint> points = new ArrayList<>();
        for (double keep : grid.keeps()) {
            for (int levels : grid.levels()) {
                Compression.Quantised quantised = new Compression.Quantised(keep, levels, coder);
                CutCompression compression = new CutCompression(quantised, quantised, shareMask);
                CutBytes bytes = probe.measure(compression);
                CalibrationPoint point = new CalibrationPoint(
                        keep,
                        levels,
                        bytes.activationRatio(),
                        bytes.gradientRatio(),
                        training.accuracyWith(compression) / reference);
                points.add(point);
                listener.onPoint(point, points.size(), grid.size());
            }
        }
        return new CalibrationTable(model, cut, coder, shareMask, reference, points);
    }
}
