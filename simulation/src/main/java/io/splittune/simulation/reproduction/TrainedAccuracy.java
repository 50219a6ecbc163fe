package io.splittune.simulation.reproduction;

import io.splittune.simulation.report.Axis;
import io.splittune.simulation.report.Chart;
import io.splittune.simulation.report.LineChart;
import io.splittune.simulation.report.LineChart.Line;
import io.splittune.simulation.reproduction.SftTrainings.Split;
import io.splittune.training.Scheme;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Accuracy by round of four schemes, IID and not: SFT Fig. 5. The paper draws curves of ViT-B/16 on CIFAR-100 and Tiny-ImageNet and prints no accuracy of SFT; what can be
 * compared is the order of the schemes and how far apart they are.
 */
final class TrainedAccuracy implements Section {
    private static final List<Scheme> SCHEMES = List.of(Scheme.SFT, Scheme.SFL, Scheme.SL, Scheme.FL_LORA);

    private final String setting;
    private final Map<Split, Map<Scheme, List<Double>>> curves;

    private TrainedAccuracy(String setting, Map<Split, Map<Scheme, List<Double>>> curves) {
        this.setting = setting;
        this.curves = curves;
    }

    static TrainedAccuracy run(SftTrainings trainings) throws IOException {
        Map<Split, Map<Scheme, List<Double>>> curves = new EnumMap<>(Split.class);
        for (Split split : Split.values()) {
            Map<Scheme, List<Double>> ofSplit = new EnumMap<>(Scheme.class);
            for (Scheme scheme : SCHEMES) {
                ofSplit.put(scheme, List.copyOf(trainings.accuracyByRound(split, scheme)));
            }
            curves.put(split, ofSplit);
        }
        return new TrainedAccuracy(trainings.setting(), curves);
    }

    @Override
    public List<ReproductionRow> rows() {
        List<ReproductionRow> rows = new ArrayList<>();
        curves.forEach((split, ofSplit) -> {
            ofSplit.forEach((scheme, accuracies) -> rows.add(best(split, scheme, accuracies)));
            rows.add(lost(split, ofSplit));
        });
        return rows;
    }

    private ReproductionRow best(Split split, Scheme scheme, List<Double> accuracies) {
        return ReproductionRow.ours(
                "sft.fig5.trained." + id(split) + "." + scheme.key(),
                "Fig. 5: best test accuracy, " + words(split) + ", " + words(scheme) + " (%)",
                100 * best(accuracies),
                Status.TRAINED,
                setting);
    }

    private ReproductionRow lost(Split split, Map<Scheme, List<Double>> ofSplit) {
        double with = best(ofSplit.getOrDefault(Scheme.SFT, List.of(0.0)));
        double without = best(ofSplit.getOrDefault(Scheme.SFL, List.of(0.0)));
        return ReproductionRow.ours(
                "sft.fig5.trained." + id(split) + ".lost-by-compression",
                "Fig. 5: best accuracy lost by compression, " + words(split) + " (points)",
                100 * (without - with),
                Status.TRAINED,
                "The paper says that compression costs nothing here. " + setting);
    }

    private static double best(List<Double> accuracies) {
        return accuracies.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    }

    private static String id(Split split) {
        return split.name().toLowerCase(Locale.ROOT);
    }

    private static String words(Split split) {
        return split == Split.IID ? "IID" : "Dirichlet(0.5)";
    }

    private static String words(Scheme scheme) {
        return scheme == Scheme.SFL ? "SFT without compression" : scheme.key().toUpperCase(Locale.ROOT);
    }

    @Override
    public List<Chart> charts() {
        List<Chart> charts = new ArrayList<>();
        curves.forEach((split, ofSplit) -> charts.add(new LineChart(
                "fig5-accuracy-" + id(split),
                "Fig. 5: accuracy by round, " + words(split),
                setting,
                Axis.counting("Round"),
                Axis.of("Test accuracy", "%"),
                ofSplit.entrySet().stream()
                        .map(curve -> line(words(curve.getKey()), curve.getValue()))
                        .toList())));
        return charts;
    }

    private static Line line(String name, List<Double> accuracies) {
        return Line.joined(
                name,
                IntStream.range(0, accuracies.size()).asDoubleStream().toArray(),
                accuracies.stream().mapToDouble(accuracy -> 100 * accuracy).toArray());
    }
}
