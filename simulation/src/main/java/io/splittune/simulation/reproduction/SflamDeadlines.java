package io.splittune.simulation.reproduction;

import io.splittune.core.RandomStreams;
import io.splittune.planner.MatchingWeight;
import io.splittune.planner.SflamPlan;
import io.splittune.planner.SflamPlanner;
import io.splittune.planner.SflamProblem;
import io.splittune.simulation.report.Axis;
import io.splittune.simulation.report.Chart;
import io.splittune.simulation.report.LineChart;
import io.splittune.simulation.report.LineChart.Line;
import io.splittune.wireless.SflamSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Energy, efficiency and bits over T_max: SFLAM Fig. 4 (d) to (f), and how far the descent is from the optimum. */
final class SflamDeadlines implements Section {
    private static final double[] DEADLINES = {2.5, 3, 3.5, 4, 5, 6, 7, 8};
    private static final List<Integer> QUOTED = List.of(0, 4, 7);
    private static final int DRAWS = 20;
    private static final int JOINT = 4;
    private static final List<String> NAMES = List.of("Proposed", "EP", "RB", "NQ", "Joint optimum");
    private static final List<String> IDS = List.of("sflam", "ep", "rb", "nq", "joint");

    private final RandomStreams streams;

    /** Plans by deadline, planner and draw. */
    private final List<List<List<SflamPlan>>> plans = new ArrayList<>();

    SflamDeadlines(RandomStreams streams) {
        this.streams = streams;
        for (double deadline : DEADLINES) {
            List<List<SflamPlan>> byPlanner = new ArrayList<>();
            for (SflamPlanner planner : planners(streams)) {
                byPlanner.add(IntStream.range(0, DRAWS)
                        .mapToObj(draw -> planner.solve(problem(draw, deadline)))
                        .toList());
            }
            plans.add(byPlanner);
        }
    }

    private static List<SflamPlanner> planners(RandomStreams streams) {
        return List.of(
                SflamPlanner.proposed(),
                SflamPlanner.equalPower(1),
                SflamPlanner.randomBlocks(streams),
                SflamPlanner.unquantised(),
                SflamPlanner.joint());
    }

    private SflamProblem problem(int draw, double deadline) {
        return SflamDraws.problem(
                SflamDraws.streams(streams, draw), SflamSetting.DEVICES, SflamSetting.BLOCKS, deadline);
    }

    /** Over the draws in which somebody takes part; NaN if there is none. */
    private double mean(int deadline, int planner, ToDoubleFunction<SflamPlan> value) {
        return plans.get(deadline).get(planner).stream()
                .filter(plan -> !plan.participants().isEmpty())
                .mapToDouble(value)
                .average()
                .orElse(Double.NaN);
    }

    private double meanEfficiency(int deadline, int planner) {
        return plans.get(deadline).get(planner).stream()
                .mapToDouble(SflamPlan::efficiency)
                .average()
                .orElseThrow();
    }

    @Override
    public List<ReproductionRow> rows() {
        List<ReproductionRow> rows = new ArrayList<>();
        for (int t : QUOTED) {
            for (int planner = 0; planner < NAMES.size(); planner++) {
                addRows(rows, t, planner);
            }
        }
        rows.add(gap(
                "gap",
                "blocks by energy, as printed",
                problem -> SflamPlanner.proposed().solve(problem).efficiency()));
        rows.add(gap(
                "gap-by-utility",
                "blocks by the objective, ours",
                problem -> SflamPlanner.proposed()
                        .solve(problem.with(problem.goal().with(MatchingWeight.UTILITY)))
                        .efficiency()));
        return rows;
    }

    private void addRows(List<ReproductionRow> rows, int deadline, int planner) {
        String id = "sflam.fig4." + SflamDraws.label(DEADLINES[deadline]) + "." + IDS.get(planner) + ".";
        String where = ", " + NAMES.get(planner) + ", T_max " + DEADLINES[deadline] + " s";
        double joules = mean(deadline, planner, SflamPlan::meanJoules);
        if (Double.isFinite(joules)) {
            rows.add(row(id + "joules", "mean energy of a participant (J)" + where, joules));
            rows.add(row(id + "bits", "mean bits" + where, mean(deadline, planner, SflamPlan::meanBits)));
        }
        rows.add(row(id + "efficiency", "efficiency (1/J)" + where, meanEfficiency(deadline, planner)));
    }

    private static ReproductionRow row(String id, String quantity, double ours) {
        return ReproductionRow.ours(
                id,
                "Fig. 4: " + quantity,
                ours,
                Status.RECONSTRUCTED,
                SflamDraws.NOTE
                        + "EP sends at 1 W, NQ 32 bits, which are worth more than q_max = 16 in the objective; mean of "
                        + DRAWS + " draws.");
    }

    private ReproductionRow gap(String id, String words, ToDoubleFunction<SflamProblem> efficiency) {
        double worst = 0;
        double sum = 0;
        int count = 0;
        for (int t = 0; t < DEADLINES.length; t++) {
            for (int draw = 0; draw < DRAWS; draw++) {
                double best = plans.get(t).get(JOINT).get(draw).efficiency();
                if (best > 0) {
                    double gap = 1 - efficiency.applyAsDouble(problem(draw, DEADLINES[t])) / best;
                    worst = Math.max(worst, gap);
                    sum += gap;
                    count++;
                }
            }
        }
        return ReproductionRow.ours(
                "sflam.ours." + id,
                "Ours: efficiency that the descent leaves to the joint optimum, " + words + ", mean (%)",
                count == 0 ? 0 : 100 * sum / count,
                Status.RECONSTRUCTED,
                SflamDraws.NOTE + String.format(Locale.ROOT, "At most %.2f %%; %d cases.", 100 * worst, count));
    }

    @Override
    public List<Chart> charts() {
        return List.of(
                chart("fig4-energy-by-deadline", "mean energy", "J", (t, n) -> mean(t, n, SflamPlan::meanJoules)),
                chart("fig4-efficiency-by-deadline", "efficiency", "1/J", this::meanEfficiency),
                chart("fig4-bits-by-deadline", "mean bits", "", (t, n) -> mean(t, n, SflamPlan::meanBits)));
    }

    /** A value by deadline and planner. */
    @FunctionalInterface
    private interface Curve {
        double at(int deadline, int planner);
    }

    private static Chart chart(String id, String what, String unit, Curve curve) {
        List<Line> lines = IntStream.range(0, NAMES.size())
                .mapToObj(planner -> Line.joined(
                        NAMES.get(planner),
                        DEADLINES,
                        IntStream.range(0, DEADLINES.length)
                                .mapToDouble(t -> curve.at(t, planner))
                                .toArray()))
                .toList();
        return new LineChart(
                id,
                "Fig. 4: " + what + " over T_max (reconstructed)",
                "Mean of " + DRAWS
                        + " draws of 50 devices and 10 blocks; energy and bits of those in which somebody takes part. "
                        + "Objective, T_max and channel are ours.",
                Axis.of("T_max", "s"),
                Axis.of(what.substring(0, 1).toUpperCase(Locale.ROOT) + what.substring(1), unit),
                lines);
    }
}
