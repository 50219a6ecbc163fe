package io.splittune.simulation.reproduction;

import io.splittune.planner.AccuracyPoint;
import io.splittune.planner.AccuracySurface;
import io.splittune.simulation.CalibrationGrid;
import io.splittune.simulation.CalibrationPoint;
import io.splittune.simulation.CalibrationTable;
import io.splittune.simulation.report.Axis;
import io.splittune.simulation.report.Chart;
import io.splittune.simulation.report.LineChart;
import io.splittune.simulation.report.LineChart.Line;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Accuracy over kept fraction and bits, and its cubic fit: SFT Fig. 7 and 3; and what frames of a real model weigh.
 */
final class TrainedCompression implements Section {
    /** Around the paper's point of 0.2 and 3 bits; four values of each are what a cubic needs. */
    static final CalibrationGrid GRID = new CalibrationGrid(List.of(0.05, 0.1, 0.2, 0.5), List.of(1, 3, 7, 15));

    private static final double PAPER_ERROR_PERCENT = 0.26;
    private static final double SAMPLED_FROM = 0.05;
    private static final double SAMPLED_TO = 0.5;
    private static final int SAMPLES = 46;

    private final String setting;
    private final CalibrationTable table;
    private final AccuracySurface surface;

    private TrainedCompression(String setting, CalibrationTable table) {
        this.setting = setting;
        this.table = table;
        this.surface = AccuracySurface.fit(table.points().stream()
                .map(point -> new AccuracyPoint(point.keep(), point.levels(), point.accuracy()))
                .toList());
    }

    static TrainedCompression run(SftTrainings trainings) throws IOException {
        return new TrainedCompression(trainings.setting(), trainings.calibrate(GRID));
    }

    @Override
    public List<ReproductionRow> rows() {
        List<ReproductionRow> rows = new ArrayList<>();
        rows.add(ReproductionRow.of(
                "sft.fig3.trained.mean-squared-error",
                "Fig. 3: mean squared error of the cubic surface (%)",
                PAPER_ERROR_PERCENT,
                100 * surface.meanSquaredError(),
                Status.TRAINED,
                "Of accuracy over that without compression, at "
                        + table.points().size() + " points with ten coefficients; the paper says \"less than\". "
                        + setting));
        table.points().forEach(point -> rows.add(accuracy(point)));
        table.points().stream()
                .filter(point -> point.keep() == 0.2 && point.levels() == CompressionPoints.LEVELS)
                .forEach(point -> {
                    rows.add(ratio("activations", "activations", point.activationRatio()));
                    rows.add(ratio("gradients", "gradients on the activations' positions", point.gradientRatio()));
                });
        return rows;
    }

    private ReproductionRow accuracy(CalibrationPoint point) {
        int bits = bits(point.levels());
        return ReproductionRow.ours(
                "sft.fig7.trained.keep-" + Math.round(100 * point.keep()) + ".bits-" + bits,
                "Fig. 7: accuracy over that without compression, " + Math.round(100 * (1 - point.keep()))
                        + " % sparsity, " + bits + " bits (%)",
                100 * point.accuracy(),
                Status.TRAINED,
                setting);
    }

    private ReproductionRow ratio(String id, String what, double ratio) {
        return ReproductionRow.ours(
                "sft.fig7.trained.ratio." + id,
                "Fig. 7: raw over sent, 80 % sparsity and 3 bits, " + what + " of a real model (x)",
                1 / ratio,
                Status.TRAINED,
                "Adaptive frames, header and checksum counted. " + setting);
    }

    private static int bits(int levels) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(levels);
    }

    @Override
    public List<Chart> charts() {
        List<Line> measured = new ArrayList<>();
        List<Line> fitted = new ArrayList<>();
        for (int levels : GRID.levels()) {
            List<CalibrationPoint> points = table.points().stream()
                    .filter(point -> point.levels() == levels)
                    .toList();
            String name = bits(levels) + (levels == 1 ? " bit" : " bits");
            double[] keeps = points.stream().mapToDouble(CalibrationPoint::keep).toArray();
            double[] accuracies =
                    points.stream().mapToDouble(point -> 100 * point.accuracy()).toArray();
            measured.add(Line.joined(name, keeps, accuracies));
            fitted.add(surface(name + ", fit", levels));
            fitted.add(Line.points(name, keeps, accuracies));
        }
        return List.of(
                chart("fig7-accuracy-by-compression", "Fig. 7: accuracy by kept fraction and bits", measured),
                chart("fig3-cubic-fit", "Fig. 3: cubic fit of the accuracy", fitted));
    }

    private Line surface(String name, int levels) {
        double[] keeps = new double[SAMPLES];
        double[] accuracies = new double[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            keeps[i] = SAMPLED_FROM + (SAMPLED_TO - SAMPLED_FROM) * i / (SAMPLES - 1);
            accuracies[i] = 100 * surface.at(keeps[i], levels);
        }
        return Line.joined(name, keeps, accuracies);
    }

    private Chart chart(String id, String title, List<Line> lines) {
        return new LineChart(
                id,
                title,
                setting,
                Axis.of("Kept fraction", ""),
                Axis.of("Accuracy over that without compression", "%"),
                lines);
    }
}
