package io.splittune.simulation.reproduction;

import io.splittune.core.RandomStreams;
import io.splittune.simulation.report.Axis;
import io.splittune.simulation.report.BarChart;
import io.splittune.simulation.report.BarChart.Bars;
import io.splittune.simulation.report.Chart;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What compression leaves, from encoded frames: the 12x and 20x of SFT Fig. 7 and the 14.75x of Fig. 8.
 *
 * <p>Positions and fixed-width levels cost the same whatever the values; entropy-coded levels and our coder's gain depend on the values, which are drawn here.
 */
final class CompressionPoints implements Section {
    /** rho and E of the paper's 12x and 20x: 80 % sparsity, 3 bits. */
    private static final double KEEP = 0.2;

    /** The round point at 3 bits that is nearest to 14.75x; the paper does not say which it used. */
    static final double NEAREST_KEEP = 0.3;

    static final int LEVELS = 7;

    private static final double PAPER_RATIO = 14.75;
    private static final String DRAWN =
            "On drawn activations of 64 x 197 x 768 (normal, channel scales lognormal with sigma 0.5), header and checksum counted.";

    private final FrameSizes printed;
    private final FrameSizes nearest;

    CompressionPoints(FrameSizes printed, FrameSizes nearest) {
        this.printed = printed;
        this.nearest = nearest;
    }

    static CompressionPoints of(CutTensor activation, CutTensor gradient, RandomStreams streams) {
        return new CompressionPoints(
                FrameSizes.of(activation, gradient, KEEP, LEVELS, streams),
                FrameSizes.of(activation, gradient, NEAREST_KEEP, LEVELS, streams));
    }

    /** Returns the sizes at the point that stands for the paper's 14.75x. */
    FrameSizes nearest() {
        return nearest;
    }

    @Override
    public List<ReproductionRow> rows() {
        return Stream.of(printedPoints(), ourFrames(), volume())
                .flatMap(List::stream)
                .toList();
    }

    private List<ReproductionRow> printedPoints() {
        return List.of(
                ReproductionRow.of(
                        "sft.fig7.ratio.without-lossless",
                        "Fig. 7: raw over sent, 80 % sparsity and 3 bits, no lossless coding (x)",
                        12,
                        printed.ratio(printed.listed()),
                        Status.DERIVED,
                        "A frame of 3-bit levels and signs, and a 10-bit column index for each kept value; 12.3 if the sign is one of the 3 bits."),
                ReproductionRow.of(
                        "sft.fig7.ratio.with-lossless",
                        "Fig. 7: raw over sent, 80 % sparsity and 3 bits, Golomb-coded positions (x)",
                        20,
                        printed.ratio(printed.golombFixedLevels()),
                        Status.DERIVED,
                        "The Golomb-coded positions of a frame, 3.69 bits each, with 3-bit levels and signs; the print is a round number."),
                ReproductionRow.of(
                        "sft.fig7.ratio.golomb-frame",
                        "Fig. 7: raw over sent, the same with entropy-coded levels: the codec's golomb frames (x)",
                        20,
                        printed.ratio(printed.golomb()),
                        Status.UNEXPLAINED,
                        "The paper names entropy coding of levels too, and prints less than it gives. " + DRAWN));
    }

    private List<ReproductionRow> ourFrames() {
        return List.of(
                ReproductionRow.ours(
                        "sft.fig7.ratio.adaptive-frame",
                        "Fig. 7: raw over sent at the same point, our adaptive frames (x)",
                        printed.ratio(printed.adaptive()),
                        Status.DERIVED,
                        DRAWN),
                ReproductionRow.ours(
                        "sft.fig7.ratio.packed-frame",
                        "Fig. 7: raw over sent at the same point, our raw frames without entropy coding (x)",
                        printed.ratio(printed.packed()),
                        Status.DERIVED,
                        "A bitmap of positions takes 1 bit a value, where a list takes 10 bits a kept one."));
    }

    private List<ReproductionRow> volume() {
        return List.of(
                ReproductionRow.of(
                        "sft.fig8.ratio",
                        "Fig. 8: data without compression over with it (x)",
                        PAPER_RATIO,
                        nearest.ratio(nearest.golombFixedLevels()),
                        Status.FITTED,
                        "At rho 0.3 and 3 bits with Golomb-coded positions: the nearest round point, chosen by us; the paper does not say its own."),
                ReproductionRow.of(
                        "sft.fig8.remaining",
                        "Fig. 8b: what is left of the activations (%)",
                        6.8,
                        100 / PAPER_RATIO,
                        Status.DERIVED,
                        "1 over the printed 14.75."),
                ReproductionRow.of(
                        "sft.abstract.communication-saved",
                        "Abstract: communication saved (%)",
                        93.6,
                        100 * (1 - 1 / PAPER_RATIO),
                        Status.UNEXPLAINED,
                        "14.75x saves 93.2 %; 93.6 % would be 15.6x."));
    }

    @Override
    public List<Chart> charts() {
        double listed = nearest.positionList() + (double) Float.BYTES * nearest.kept();
        Map<String, Double> steps = new LinkedHashMap<>();
        steps.put("Raw", (double) nearest.rawBytes());
        steps.put("Top-K", listed);
        steps.put("3 bits", (double) nearest.listed());
        steps.put("Golomb", (double) nearest.golombFixedLevels());
        steps.put("Levels coded", (double) nearest.golomb());
        steps.put("Adaptive", (double) nearest.adaptive());
        return List.of(new BarChart(
                "fig8b-compression-steps",
                "Fig. 8b: what each step leaves",
                "At rho 0.3 and 3 bits, on drawn activations of 64 x 197 x 768: Top-K with listed positions, 3-bit levels, Golomb-coded positions, entropy-coded "
                        + "levels, and our adaptive coder. The paper ends at 6.8 %.",
                Axis.of("After", ""),
                Axis.of("Share of raw bytes", "%"),
                List.copyOf(steps.keySet()),
                List.of(new Bars(
                        "Activation",
                        steps.values().stream()
                                .map(bytes -> 100 * bytes / nearest.rawBytes())
                                .toList())),
                false));
    }
}
