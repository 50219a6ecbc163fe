package io.splittune.simulation.reproduction;

import io.splittune.simulation.report.Axis;
import io.splittune.simulation.report.BarChart;
import io.splittune.simulation.report.BarChart.Bars;
import io.splittune.simulation.report.Chart;
import io.splittune.wireless.SftSetting;
import io.splittune.wireless.SftSetting.Headline;
import io.splittune.wireless.Workload;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Bytes on the air: SFT Fig. 8a, and the 2.81 GB of its introduction. */
final class Volumes implements Section {
    private static final double GIB = 1 << 30;

    /** The unit with which the print comes out nearest: 1000 MiB. */
    private static final double PAPER_GB = 1000 * TableThree.MIB;

    private static final int INTRODUCTION_SAMPLES = 5000;
    private static final int INTRODUCTION_TOKENS = 196;

    private final Workload workload = new Workload(SftSetting.tuning(SftSetting.CLASSES));

    /** What a device sends and receives in a round. */
    private enum Scheme {
        SFT("sft", "SFT"),
        UNCOMPRESSED("sft-uncompressed", "SFT raw"),
        SPLIT_LEARNING("sl", "SL"),
        FEDERATED_LORA("fl-lora", "FL LoRA"),
        FEDERATED("fl", "FL full");

        private final String id;
        private final String words;

        Scheme(String id, String words) {
            this.id = id;
            this.words = words;
        }
    }

    private double roundBytes(Scheme scheme) {
        double raw = 2 * SftSetting.ITERATIONS * workload.activationBytes();
        double adapter = 2.0 * workload.deviceAdapterBytes(SftSetting.CUT);
        return switch (scheme) {
            case SFT -> SftSetting.COMPRESSION_RATIO * raw + adapter;
            case UNCOMPRESSED, SPLIT_LEARNING -> raw + adapter;
            case FEDERATED_LORA -> 2.0 * workload.adapterBytes();
            case FEDERATED -> 2.0 * workload.modelBytes();
        };
    }

    @Override
    public List<ReproductionRow> rows() {
        List<ReproductionRow> rounds = Arrays.stream(Scheme.values())
                .map(scheme -> ReproductionRow.ours(
                        "sft.fig8.round." + scheme.id,
                        "Fig. 8a: a device's bytes in a round, both ways, " + scheme.words + " (GiB)",
                        roundBytes(scheme) / GIB,
                        Status.DERIVED,
                        "By formula, 6250 samples; the paper prints totals only."))
                .toList();
        return Stream.concat(Stream.of(introduction(), total(), relation()), rounds.stream())
                .toList();
    }

    private ReproductionRow introduction() {
        int width = workload.setup().model().width();
        return ReproductionRow.of(
                "sft.introduction.volume",
                "Introduction: activations of 5000 samples (GB)",
                2.81,
                (double) INTRODUCTION_SAMPLES * INTRODUCTION_TOKENS * width * Float.BYTES / GIB,
                Status.DERIVED,
                "196 tokens of 768 values, one way, in GiB; with the class token, which is sent too, 2.818.");
    }

    private ReproductionRow total() {
        double bytes =
                SftSetting.ROUNDS * roundBytes(Scheme.SPLIT_LEARNING) + workload.deviceModelBytes(SftSetting.CUT);
        return ReproductionRow.of(
                "sft.fig8.split-learning-total",
                "Fig. 8a: split learning's data (GB of 1000 MiB)",
                144.76,
                bytes / PAPER_GB,
                Status.UNEXPLAINED,
                "One device, 20 rounds, both ways: the nearest of about ten readings, found after the fact; the paper says neither rounds nor devices.");
    }

    private ReproductionRow relation() {
        double splitLearning = Headline.SPLIT_LEARNING.fittedRounds() * roundBytes(Scheme.SPLIT_LEARNING);
        double sft = Headline.SFT.fittedRounds() * roundBytes(Scheme.SFT);
        return ReproductionRow.of(
                "sft.fig8.split-learning-over-sft",
                "Fig. 8a: split learning's data over SFT's (x)",
                6.7,
                splitLearning / sft,
                Status.UNEXPLAINED,
                "14.75 and 6.7 together ask for 11 rounds of SFT to 5 of split learning; the fitted delays have 17 to 11, used here.");
    }

    @Override
    public List<Chart> charts() {
        double all = SftSetting.ROUNDS * SftSetting.DEVICES;
        List<Scheme> schemes = List.of(Scheme.values());
        return List.of(new BarChart(
                "fig8a-volume",
                "Fig. 8a: data of 20 rounds",
                "Eight devices, both ways, equal rounds for all schemes; without the first distribution of the model. SFT leaves 6.8 % of the activations and gradients.",
                Axis.of("Scheme", ""),
                Axis.of("Data", "GiB"),
                schemes.stream().map(scheme -> scheme.words).toList(),
                List.of(new Bars(
                        "20 rounds",
                        schemes.stream()
                                .map(scheme -> all * roundBytes(scheme) / GIB)
                                .toList())),
                false));
    }
}
