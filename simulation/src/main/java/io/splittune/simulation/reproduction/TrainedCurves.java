package io.splittune.simulation.reproduction;

import io.splittune.simulation.report.Axis;
import io.splittune.simulation.report.Chart;
import io.splittune.simulation.report.LineChart;
import io.splittune.simulation.report.LineChart.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Accuracies of several trainings from one start, by name: numbers and figures. */
record TrainedCurves(String id, String title, String setting, Map<String, List<TrainedRound>> rounds) {
    private static final double SECONDS_PER_MINUTE = 60;

    static double best(List<TrainedRound> rounds) {
        return rounds.stream().mapToDouble(TrainedRound::accuracy).max().orElseThrow();
    }

    private static TrainedRound last(List<TrainedRound> rounds) {
        return rounds.get(rounds.size() - 1);
    }

    /** Best accuracy, minutes and joules of each training. */
    List<ReproductionRow> rows() {
        List<ReproductionRow> rows = new ArrayList<>();
        rounds.forEach((name, all) -> {
            rows.add(row(name, "accuracy", "best test accuracy (%)", 100 * best(all)));
            rows.add(row(
                    name,
                    "minutes",
                    "virtual minutes of the training",
                    last(all).virtualSeconds() / SECONDS_PER_MINUTE));
            rows.add(row(name, "joules", "energy of the training (J)", last(all).joules()));
        });
        return rows;
    }

    private ReproductionRow row(String name, String key, String quantity, double value) {
        String words = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        return ReproductionRow.ours(
                id + "." + words + "." + key, title + ", " + name + ": " + quantity, value, Status.TRAINED, setting);
    }

    /** Accuracy by round and by virtual time. */
    List<Chart> charts() {
        return List.of(
                chart(
                        "round",
                        "by round",
                        Axis.counting("Round"),
                        rounds -> IntStream.range(0, rounds.size())
                                .asDoubleStream()
                                .toArray()),
                chart(
                        "minutes",
                        "by virtual time",
                        Axis.of("Virtual time", "min"),
                        rounds -> values(rounds, round -> round.virtualSeconds() / SECONDS_PER_MINUTE)));
    }

    /** Says where a curve's points stand. */
    @FunctionalInterface
    private interface Abscissa {
        double[] of(List<TrainedRound> rounds);
    }

    private Chart chart(String key, String by, Axis axis, Abscissa abscissa) {
        return new LineChart(
                id.replace('.', '-') + "-by-" + key,
                title + ": accuracy " + by,
                setting,
                axis,
                Axis.of("Test accuracy", "%"),
                rounds.entrySet().stream()
                        .map(curve -> Line.joined(
                                curve.getKey(),
                                abscissa.of(curve.getValue()),
                                values(curve.getValue(), round -> 100 * round.accuracy())))
                        .toList());
    }

    private static double[] values(List<TrainedRound> rounds, ToDoubleFunction<TrainedRound> value) {
        return rounds.stream().mapToDouble(value).toArray();
    }
}
