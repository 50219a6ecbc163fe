package io.splittune.simulation.reproduction;

import io.splittune.simulation.report.Axis;
import io.splittune.simulation.report.Chart;
import io.splittune.simulation.report.LineChart;
import io.splittune.simulation.report.LineChart.Line;
import io.splittune.wireless.MemoryModel;
import io.splittune.wireless.SftSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Memory of a device by cut, and what an 8 GiB device can hold: SFT Fig. 6. */
final class MemoryByCut implements Section {
    private static final double PRINTED_AT_FIVE_MIB = 4122.92;
    private static final double PRINTED_FEDERATED_MIB = 9865.5;
    private static final double LIMIT_MIB = SftSetting.DEVICE_MEMORY_BYTES / TableThree.MIB;

    private final MemoryModel model = new MemoryModel(SftSetting.tuning(SftSetting.TABLE_III_CLASSES));
    private final int blocks =
            SftSetting.tuning(SftSetting.TABLE_III_CLASSES).model().layers();

    private double mib(int cut) {
        return model.device(cut).total() / TableThree.MIB;
    }

    @Override
    public List<ReproductionRow> rows() {
        List<ReproductionRow> rows = new ArrayList<>();
        for (int cut = 1; cut < blocks; cut++) {
            rows.add(row(cut));
        }
        rows.add(ReproductionRow.of(
                "sft.fig6.federated-over-limit",
                "Fig. 6: federated full tuning over the 8192 MiB of an Orin Nano (x)",
                PRINTED_FEDERATED_MIB / LIMIT_MIB,
                model.whole(true).total() / TableThree.MIB / LIMIT_MIB,
                Status.FITTED,
                "Above 1: it does not fit, as the paper says; the print is Table III's total."));
        int largest = IntStream.range(1, blocks)
                .filter(cut -> mib(cut) <= LIMIT_MIB)
                .max()
                .orElse(0);
        rows.add(ReproductionRow.ours(
                "sft.fig6.largest-cut",
                "Fig. 6: the most blocks that fit 8192 MiB",
                largest,
                Status.FITTED,
                "The paper draws the line and does not say it in words."));
        return rows;
    }

    private ReproductionRow row(int cut) {
        String id = "sft.fig6.cut-" + cut;
        String quantity = "Fig. 6: memory with " + cut + (cut == 1 ? " block" : " blocks") + " on the device (MiB)";
        String note = "Each block takes its weights, LoRA, momentum and 741.83 MiB of activations.";
        return cut == SftSetting.CUT
                ? ReproductionRow.of(id, quantity, PRINTED_AT_FIVE_MIB, mib(cut), Status.FITTED, note)
                : ReproductionRow.ours(id, quantity, mib(cut), Status.FITTED, note + " Drawn, not printed.");
    }

    @Override
    public List<Chart> charts() {
        double[] cuts = IntStream.rangeClosed(1, blocks).asDoubleStream().toArray();
        double[] memory =
                IntStream.rangeClosed(1, blocks).mapToDouble(this::mib).toArray();
        double[] limit =
                IntStream.rangeClosed(1, blocks).mapToDouble(cut -> LIMIT_MIB).toArray();
        double[] federated = IntStream.rangeClosed(1, blocks)
                .mapToDouble(cut -> model.whole(true).total() / TableThree.MIB)
                .toArray();
        return List.of(new LineChart(
                "fig6-memory-by-cut",
                "Fig. 6: memory on a device by blocks",
                "Memory rises in proportion to the blocks; ten fit an Orin Nano, federated tuning does not.",
                Axis.counting("Blocks on the device"),
                Axis.of("Memory", "MiB"),
                List.of(
                        Line.joined("SFT, ours", cuts, memory),
                        Line.joined("Orin Nano", cuts, limit),
                        Line.joined("Federated, full tuning", cuts, federated),
                        Line.points(
                                "Printed in Table III", new double[] {SftSetting.CUT}, new double[] {PRINTED_AT_FIVE_MIB
                                }))));
    }
}
