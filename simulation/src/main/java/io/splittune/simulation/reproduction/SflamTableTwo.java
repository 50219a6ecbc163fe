package io.splittune.simulation.reproduction;

import io.splittune.simulation.report.Chart;
import io.splittune.wireless.ModelShapes;
import io.splittune.wireless.OperationCount;
import io.splittune.wireless.SflamSetting;
import io.splittune.wireless.SflamWorkload;
import io.splittune.wireless.VitShape;
import java.util.ArrayList;
import java.util.List;

/** What the patch embedding takes on a device, by model: SFLAM Table II, a batch of 128. */
final class SflamTableTwo implements Section {
    static final double MIB = 1 << 20;
    static final double GIGA = 1e9;
    static final int CLASSES = 10;

    /** A column of the table as printed. */
    private record Printed(
            String shape,
            String name,
            double parameters,
            double compute,
            double memory,
            int tokens,
            Status memoryStatus) {}

    private static final List<Printed> COLUMNS = List.of(
            new Printed("vit-b32", "ViT-B/32", 9, 14.80, 18.38, 50, Status.DERIVED),
            new Printed("vit-l32", "ViT-L/32", 12, 19.73, 24.50, 50, Status.DERIVED),
            new Printed("vit-b16", "ViT-B/16", 2.25, 14.80, 74.00, 197, Status.UNEXPLAINED),
            new Printed("vit-l16", "ViT-L/16", 3, 19.73, 98, 197, Status.DERIVED));

    @Override
    public List<ReproductionRow> rows() {
        List<ReproductionRow> rows = new ArrayList<>();
        for (Printed column : COLUMNS) {
            VitShape model = (VitShape) ModelShapes.named(column.shape, CLASSES, 1);
            SflamWorkload workload = SflamWorkload.printed(model, SflamSetting.BATCH_SIZE);
            addWork(rows, column, workload);
            addOutput(rows, column, workload);
        }
        return rows;
    }

    private static void addWork(List<ReproductionRow> rows, Printed column, SflamWorkload workload) {
        String id = "sflam.table2." + column.shape + ".";
        String of = ", " + column.name;
        rows.add(ReproductionRow.of(
                id + "parameters",
                "Table II: parameters (MiB)" + of,
                column.parameters,
                4 * workload.deviceParameters() / MIB,
                Status.DERIVED,
                "3 P^2 D values of 4 bytes; the convolution's bias is left out."));
        rows.add(
                ReproductionRow.of(
                        id + "compute",
                        "Table II: compute (G)" + of,
                        column.compute,
                        workload.deviceOperations() / GIGA,
                        Status.DERIVED,
                        "Multiply-adds of the forward pass, which the print calls FLOPs; a training step has four times as many operations."));
    }

    private static void addOutput(List<ReproductionRow> rows, Printed column, SflamWorkload workload) {
        String id = "sflam.table2." + column.shape + ".";
        String of = ", " + column.name;
        rows.add(
                ReproductionRow.of(
                        id + "memory",
                        "Table II: memory (MiB)" + of,
                        column.memory,
                        4 * workload.activationValues() / MIB,
                        column.memoryStatus,
                        column.memoryStatus == Status.DERIVED
                                ? "The output of the patches alone, in fp32."
                                : "The patches alone give 73.50 as in the other columns, with the class token it is 73.88; neither is 74.00."));
        SflamWorkload withToken =
                new SflamWorkload(workload.model(), SflamSetting.BATCH_SIZE, true, OperationCount.FORWARD_MACS);
        rows.add(ReproductionRow.of(
                id + "tokens",
                "Table II: tokens of the output shape" + of,
                column.tokens,
                withToken.sentTokens(),
                Status.DERIVED,
                "The shape counts the class token, the memory does not; we send " + workload.sentTokens()
                        + ", as the class token is added on the server."));
    }

    @Override
    public List<Chart> charts() {
        return List.of();
    }
}
