package io.splittune.simulation.report;

import io.splittune.simulation.report.BarChart.Bars;
import io.splittune.simulation.report.LineChart.Line;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** The charts that a report makes of its runs; those without a value are left out. */
final class ReportCharts {
    private static final Axis ROUND = Axis.counting("Round");
    private static final Axis SCHEME = Axis.counting("Scheme");
    private static final Axis ACCURACY = Axis.of("Test accuracy", "%");

    private ReportCharts() {}

    static List<Chart> of(ReportData data) {
        List<Chart> charts = new ArrayList<>();
        charts.add(accuracyByRound(data.runs()));
        charts.add(accuracyByTime(data.runs()));
        charts.add(lossByRound(data.runs()));
        charts.add(delayByPhase(data.runs()));
        charts.add(bytes(data.runs()));
        charts.add(energy(data.runs()));
        charts.add(memory(data.memory()));
        charts.addAll(DecisionCharts.of(data.runs()));
        charts.removeIf(Chart::isEmpty);
        return charts;
    }

    private static Chart accuracyByRound(List<SchemeRun> runs) {
        return new LineChart(
                "accuracy-by-round",
                "Accuracy against round",
                "Accuracy on the test set after each round, one curve per scheme.",
                ROUND,
                ACCURACY,
                runs.stream().map(run -> accuracy(run, rounds(run))).toList());
    }

    private static Chart accuracyByTime(List<SchemeRun> runs) {
        double longest =
                runs.stream().mapToDouble(run -> largest(cumulative(run))).max().orElse(0);
        Unit unit = Unit.ofSeconds(longest);
        List<Line> lines = new ArrayList<>();
        for (SchemeRun run : runs) {
            double[] times = cumulative(run);
            for (int i = 0; i < times.length; i++) {
                times[i] = unit.of(times[i]);
            }
            lines.add(accuracy(run, times));
        }
        return new LineChart(
                "accuracy-by-time",
                "Accuracy against virtual time",
                "Accuracy on the test set against the time that the modelled hardware and network take, one curve per"
                        + " scheme.",
                Axis.of("Virtual time", unit.symbol()),
                ACCURACY,
                lines);
    }

    private static Chart lossByRound(List<SchemeRun> runs) {
        List<Line> lines = new ArrayList<>();
        for (SchemeRun run : runs) {
            double[] rounds =
                    run.rounds().stream().mapToDouble(RoundPoint::round).toArray();
            double[] losses =
                    run.rounds().stream().mapToDouble(RoundPoint::testLoss).toArray();
            lines.add(Line.joined(run.scheme(), rounds, losses));
        }
        return new LineChart(
                "loss-by-round",
                "Test loss against round",
                "Mean loss on the test set after each round, one curve per scheme.",
                ROUND,
                Axis.of("Test loss", ""),
                lines);
    }

    private static Chart delayByPhase(List<SchemeRun> runs) {
        List<SchemeRun> known = runs.stream()
                .filter(run -> run.rounds().stream()
                        .anyMatch(round -> !round.phaseSeconds().isEmpty()))
                .toList();
        List<Map<String, Double>> means =
                known.stream().map(ReportCharts::meanPhases).toList();
        double longest = means.stream().mapToDouble(ReportCharts::sum).max().orElse(0);
        Unit unit = Unit.ofSeconds(longest);
        return new BarChart(
                "delay-by-phase",
                "Delay by phase, mean of a round",
                "Mean virtual time of a round by phase. ED: adapters to the devices; CC: device forward; IT: activations"
                        + " up; SC: server forward and backward; GT: gradients down; DU: device backward; LT: adapters"
                        + " up.",
                SCHEME,
                Axis.of("Delay of a round", unit.symbol()),
                known.stream().map(SchemeRun::scheme).toList(),
                stack(means, unit),
                true);
    }

    private static Chart bytes(List<SchemeRun> runs) {
        List<SchemeSummary> sums = summaries(runs);
        double most = sums.stream()
                .mapToDouble(sum -> (double) sum.bytesUp() + sum.bytesDown())
                .max()
                .orElse(0);
        Unit unit = Unit.ofBytes(most);
        // Without a byte there is nothing to compare: a run on one machine sends none.
        List<Bars> bars = most == 0
                ? List.of()
                : List.of(
                        bars("To the server", sums, sum -> unit.of((double) sum.bytesUp())),
                        bars("To the devices", sums, sum -> unit.of((double) sum.bytesDown())));
        return new BarChart(
                "bytes",
                "Bytes sent in all rounds",
                "Bytes that all devices together sent to the server and received from it, per scheme.",
                SCHEME,
                Axis.of("Sent", unit.symbol()),
                runs.stream().map(SchemeRun::scheme).toList(),
                bars,
                true);
    }

    private static Chart energy(List<SchemeRun> runs) {
        List<SchemeSummary> sums = summaries(runs);
        Unit unit = Unit.ofJoules(
                largest(sums.stream().mapToDouble(SchemeSummary::energyJoules).toArray()));
        return new BarChart(
                "energy",
                "Energy of all rounds",
                "Energy that devices and server spend in all rounds, per scheme.",
                SCHEME,
                Axis.of("Energy", unit.symbol()),
                runs.stream().map(SchemeRun::scheme).toList(),
                List.of(bars("Energy", sums, sum -> unit.of(sum.energyJoules()))),
                false);
    }

    private static Chart memory(List<MemoryAtCut> memory) {
        List<Map<String, Double>> parts =
                memory.stream().map(MemoryAtCut::bytesByPart).toList();
        Unit unit =
                Unit.ofBytes(parts.stream().mapToDouble(ReportCharts::sum).max().orElse(0));
        return new BarChart(
                "memory-by-cut",
                "Device memory by cut",
                "Memory that a device needs when the model is cut after so many blocks, by what it holds.",
                Axis.counting("Cut (blocks on the device)"),
                Axis.of("Memory", unit.symbol()),
                memory.stream().map(at -> Integer.toString(at.cut())).toList(),
                stack(parts, unit),
                true);
    }

    private static Line accuracy(SchemeRun run, double[] xs) {
        double[] percents = new double[xs.length];
        percents[0] = run.initialAccuracy() * 100;
        for (int i = 1; i < xs.length; i++) {
            percents[i] = run.rounds().get(i - 1).accuracy() * 100;
        }
        return Line.joined(run.scheme(), xs, percents);
    }

    /** Returns 0 for the start, then the rounds' numbers. */
    private static double[] rounds(SchemeRun run) {
        double[] rounds = new double[run.rounds().size() + 1];
        for (int i = 1; i < rounds.length; i++) {
            rounds[i] = run.rounds().get(i - 1).round();
        }
        return rounds;
    }

    /** Returns 0 for the start, then the seconds from there to each round's end; NaN from a round without time on. */
    private static double[] cumulative(SchemeRun run) {
        double[] seconds = new double[run.rounds().size() + 1];
        for (int i = 1; i < seconds.length; i++) {
            seconds[i] = seconds[i - 1] + run.rounds().get(i - 1).virtualSeconds();
        }
        // The start alone is no curve against time.
        if (seconds.length > 1 && Double.isNaN(seconds[1])) {
            seconds[0] = Double.NaN;
        }
        return seconds;
    }

    private static Map<String, Double> meanPhases(SchemeRun run) {
        Map<String, Double> sums = new LinkedHashMap<>();
        int rounds = 0;
        for (RoundPoint round : run.rounds()) {
            round.phaseSeconds().forEach((phase, seconds) -> sums.merge(phase, seconds, Double::sum));
            rounds += round.phaseSeconds().isEmpty() ? 0 : 1;
        }
        int counted = rounds;
        sums.replaceAll((phase, seconds) -> seconds / counted);
        return sums;
    }

    /** Returns one set of bars per part, in the order of their first appearance. */
    private static List<Bars> stack(List<Map<String, Double>> columns, Unit unit) {
        Set<String> parts = new LinkedHashSet<>();
        columns.forEach(column -> parts.addAll(column.keySet()));
        List<Bars> bars = new ArrayList<>();
        for (String part : parts) {
            bars.add(new Bars(
                    part,
                    columns.stream()
                            .map(column -> unit.of(column.getOrDefault(part, Double.NaN)))
                            .toList()));
        }
        return bars;
    }

    private static Bars bars(String name, List<SchemeSummary> sums, ToDoubleFunction<SchemeSummary> value) {
        return new Bars(name, sums.stream().map(sum -> value.applyAsDouble(sum)).toList());
    }

    private static List<SchemeSummary> summaries(Collection<SchemeRun> runs) {
        return runs.stream().map(SchemeSummary::of).toList();
    }

    private static double sum(Map<String, Double> parts) {
        return parts.values().stream()
                .mapToDouble(Double::doubleValue)
                .filter(Double::isFinite)
                .sum();
    }

    /** Returns the largest finite value, or 0. */
    static double largest(double[] values) {
        double largest = 0;
        for (double value : values) {
            largest = Double.isFinite(value) ? Math.max(largest, value) : largest;
        }
        return largest;
    }
}
