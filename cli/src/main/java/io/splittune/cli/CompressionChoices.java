package io.splittune.cli;

import io.splittune.cli.scenario.CompressionSection;
import io.splittune.cli.scenario.GradientSection;
import io.splittune.cli.scenario.PlannerSection;
import io.splittune.cli.scenario.PrecisionName;
import io.splittune.cli.scenario.Scenario;
import io.splittune.cli.scenario.StreamSection;
import io.splittune.cli.scenario.StreamSetting;
import io.splittune.codec.FloatFormat;
import io.splittune.core.UserException;
import io.splittune.planner.CompressionOption;
import io.splittune.planner.CompressionTable;
import io.splittune.simulation.CalibrationFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The compressions that a scenario leaves to choose from: one when it says which, a grid when the planner decides.
 *
 * <p>Ratios are relative to what a value takes uncompressed, {@code costs.valueBytes}; calibrations count fp32.
 */
final class CompressionChoices {
    private static final double FP32_BYTES = 4;
    private static final double BF16_BYTES = 2;

    private final Scenario scenario;
    private @Nullable MeasuredCompressions measured;

    CompressionChoices(Scenario scenario) {
        this.scenario = scenario;
    }

    /**
     * Returns the choices.
     *
     * @throws UserException when the calibration is missing, damaged or does not cover what is asked for
     */
    CompressionTable table() {
        CompressionSection section = scenario.compression();
        return new CompressionTable(section.auto() ? grid() : List.of(fixed(section)));
    }

    /** Also sending everything uncompressed is a choice, unless the scenario says what to choose from. */
    private List<CompressionOption> grid() {
        PlannerSection planner = scenario.planner();
        List<CompressionOption> options = new ArrayList<>();
        if (planner.keep().isEmpty() && planner.levels().isEmpty()) {
            options.add(uncompressed());
        }
        for (double keep : planner.keep().orElseGet(() -> List.copyOf(measured().keeps()))) {
            for (int levels :
                    planner.levels().orElseGet(() -> List.copyOf(measured().levels()))) {
                MeasuredCompressions.Measured point =
                        lookUp(keep, levels, planner.keep().isPresent() ? "planner.keep" : "planner.levels");
                options.add(new CompressionOption(
                        keep,
                        levels,
                        relative(point.activationRatio()),
                        relative(point.gradientRatio()),
                        point.accuracy()));
            }
        }
        return options;
    }

    private CompressionOption uncompressed() {
        double ratio = plainRatio(FloatFormat.FP32);
        return new CompressionOption(1, 0, ratio, ratio, 1);
    }

    private CompressionOption fixed(CompressionSection section) {
        Optional<StreamSection> up = section.activations().section();
        Optional<GradientSection> down = section.gradients().section();
        double upRatio = up.map(stream ->
                        ratio(stream.beta(), () -> relative(activation(stream).activationRatio())))
                .orElseGet(() -> plainRatio(section.activations()));
        double downRatio = down.map(stream -> ratio(stream.beta(), () -> relative(gradient(stream, up))))
                .orElseGet(() -> plainRatio(section.gradients()));
        // A ratio that is given says nothing of accuracy, and there is nothing left to decide.
        double accuracy = up.filter(stream -> stream.beta().isEmpty())
                .map(stream -> activation(stream).accuracy())
                .orElse(1.0);
        return new CompressionOption(
                up.map(StreamSection::keep).orElse(1.0),
                up.map(StreamSection::levels).orElse(0),
                upRatio,
                downRatio,
                accuracy);
    }

    private static double ratio(Optional<Double> given, Supplier<Double> measured) {
        return given.orElseGet(measured);
    }

    private MeasuredCompressions.Measured activation(StreamSection stream) {
        return lookUp(stream.keep(), stream.levels(), "compression.activations");
    }

    /** A gradient frame with positions of its own is much like an activation's. */
    private double gradient(GradientSection stream, Optional<StreamSection> activations) {
        Optional<StreamSection> sparse = activations.filter(up -> up.keep() < 1);
        if (!stream.shareMask() || sparse.isEmpty()) {
            return lookUp(stream.keep(), stream.levels(), "compression.gradients")
                    .activationRatio();
        }
        if (!measured().sharesMask()) {
            throw new UserException("compression.gradients.shareMask: was not measured by the calibration; give "
                    + "compression.gradients.beta, or calibrate with it");
        }
        return lookUp(sparse.get().keep(), stream.levels(), "compression.gradients")
                .gradientRatio();
    }

    private MeasuredCompressions.Measured lookUp(double keep, int levels, String path) {
        MeasuredCompressions known = measured();
        return known.at(keep, levels)
                .orElseThrow(() -> new UserException(path + ": keep " + keep + " with levels " + levels
                        + " is outside of what the calibration measured, keep "
                        + known.keeps().first() + " to "
                        + known.keeps().last() + " and levels " + known.levels().first() + " to "
                        + known.levels().last() + "; calibrate with it, or give beta"));
    }

    /** Returns the calibration. */
    MeasuredCompressions measured() {
        MeasuredCompressions known = measured;
        if (known == null) {
            known = new MeasuredCompressions(scenario.planner()
                    .calibration()
                    .map(file -> CalibrationFile.read(Path.of(file)))
                    .orElseGet(CalibrationFile::bundled));
            measured = known;
        }
        return known;
    }

    private double plainRatio(StreamSetting<?> setting) {
        return plainRatio(setting.format());
    }

    /** What the model computes in bf16 is sent in bf16. */
    private double plainRatio(FloatFormat format) {
        boolean narrow = format == FloatFormat.BF16 || scenario.model().precision() == PrecisionName.BF16;
        return narrow ? Math.min(1, BF16_BYTES / scenario.costs().valueBytes()) : 1;
    }

    /** A frame of a tiny tensor may be larger than the tensor; then the tensor is as good. */
    private double relative(double fp32Ratio) {
        return Math.min(1, fp32Ratio * FP32_BYTES / scenario.costs().valueBytes());
    }
}
