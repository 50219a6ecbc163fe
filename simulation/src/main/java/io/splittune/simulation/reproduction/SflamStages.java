package io.splittune.simulation.reproduction;

import io.splittune.core.RandomStreams;
import io.splittune.planner.BcdStep;
import io.splittune.planner.BcdStep.Stage;
import io.splittune.planner.SflamPlanner;
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

/** How block coordinate descent goes, stage by stage: SFLAM Fig. 4 (a) to (c). */
final class SflamStages implements Section {
    private static final double[] DEADLINES = {2.5, 5, 8};
    private static final int DRAWS = 20;

    /** The start and three stages in each of two iterations, after which nothing changes. */
    private static final int STEPS = 7;

    private final RandomStreams streams;
    private final List<List<List<BcdStep>>> traces = new ArrayList<>();

    SflamStages(RandomStreams streams) {
        this.streams = streams;
        for (double deadline : DEADLINES) {
            traces.add(IntStream.range(0, DRAWS)
                    .mapToObj(draw -> trace(draw, deadline))
                    .toList());
        }
    }

    private List<BcdStep> trace(int draw, double deadline) {
        return SflamPlanner.proposed()
                .solve(SflamDraws.problem(
                        SflamDraws.streams(streams, draw), SflamSetting.DEVICES, SflamSetting.BLOCKS, deadline))
                .steps();
    }

    private double mean(int deadline, int step, ToDoubleFunction<BcdStep> value) {
        return traces.get(deadline).stream()
                .mapToDouble(trace -> value.applyAsDouble(trace.get(Math.min(step, trace.size() - 1))))
                .average()
                .orElseThrow();
    }

    @Override
    public List<ReproductionRow> rows() {
        List<ReproductionRow> rows = new ArrayList<>();
        for (int t = 0; t < DEADLINES.length; t++) {
            String id = "sflam.fig4.stages." + SflamDraws.label(DEADLINES[t]) + ".";
            String where = ", T_max " + DEADLINES[t] + " s";
            for (Stage stage : Stage.values()) {
                rows.add(ReproductionRow.ours(
                        id + stage.name().toLowerCase(Locale.ROOT) + "-joules",
                        "Fig. 4: mean energy of a participant after " + words(stage) + where + " (J)",
                        mean(t, List.of(Stage.values()).indexOf(stage), BcdStep::meanJoules),
                        Status.RECONSTRUCTED,
                        SflamDraws.NOTE + "Mean of " + DRAWS + " draws, one mini-batch, 50 devices, 10 blocks."));
            }
            rows.add(ReproductionRow.ours(
                    id + "participants",
                    "Fig. 4: participants" + where,
                    mean(t, STEPS - 1, BcdStep::participants),
                    Status.RECONSTRUCTED,
                    SflamDraws.NOTE + "Fewer than the 10 blocks where time is short, as the paper says."));
        }
        return rows;
    }

    private static String words(Stage stage) {
        return switch (stage) {
            case START -> "the start";
            case POWER -> "power control";
            case QUANTISATION -> "quantisation";
            case BLOCKS -> "the choice of blocks";
        };
    }

    @Override
    public List<Chart> charts() {
        return List.of(
                chart("fig4-energy-by-stage", "mean energy", Axis.of("Mean energy", "J"), BcdStep::meanJoules),
                chart("fig4-bits-by-stage", "mean bits", Axis.of("Mean bits", ""), BcdStep::meanBits),
                chart("fig4-efficiency-by-stage", "efficiency", Axis.of("Efficiency", "1/J"), BcdStep::efficiency));
    }

    private Chart chart(String id, String what, Axis axis, ToDoubleFunction<BcdStep> value) {
        double[] steps = IntStream.range(0, STEPS).asDoubleStream().toArray();
        List<Line> lines = IntStream.range(0, DEADLINES.length)
                .mapToObj(t -> Line.joined(
                        "T_max " + DEADLINES[t] + " s",
                        steps,
                        IntStream.range(0, STEPS)
                                .mapToDouble(step -> mean(t, step, value))
                                .toArray()))
                .toList();
        return new LineChart(
                id,
                "Fig. 4: " + what + " by stage (reconstructed)",
                "Stage 0 is the start; then power, bits and blocks in turn, twice. Objective, T_max and channel are ours.",
                Axis.counting("Stage"),
                axis,
                lines);
    }
}
