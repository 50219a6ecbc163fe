package io.splittune.simulation;

import java.util.Arrays;
import java.util.List;

/**
 * The stage times of all devices in one round, column by column: a round of 10,000 devices is one object per column, not
 * one per device. Written before the round, and scaled in place by its disturbances.
 */
final class StageTable {
    final double[] ed;
    final double[] cc;
    final double[] it;
    final double[] sc;
    final double[] gt;
    final double[] du;
    final double[] lt;
    final int[] iterations;

    /** When a device leaves, seconds from the round's start; infinite for never. */
    final double[] leaveSeconds;

    StageTable(int devices) {
        ed = new double[devices];
        cc = new double[devices];
        it = new double[devices];
        sc = new double[devices];
        gt = new double[devices];
        du = new double[devices];
        lt = new double[devices];
        iterations = new int[devices];
        leaveSeconds = new double[devices];
        Arrays.fill(leaveSeconds, Double.POSITIVE_INFINITY);
    }

    static StageTable of(List<StageSeconds> devices) {
        StageTable table = new StageTable(devices.size());
        for (int n = 0; n < devices.size(); n++) {
            table.set(n, devices.get(n));
        }
        return table;
    }

    int devices() {
        return ed.length;
    }

    void set(int device, StageSeconds stages) {
        ed[device] = stages.ed();
        cc[device] = stages.cc();
        it[device] = stages.it();
        sc[device] = stages.sc();
        gt[device] = stages.gt();
        du[device] = stages.du();
        lt[device] = stages.lt();
        iterations[device] = stages.iterations();
    }

    StageSeconds get(int device) {
        return new StageSeconds(
                ed[device], cc[device], it[device], sc[device], gt[device], du[device], lt[device], iterations[device]);
    }

    /** Returns the time of one mini-batch when the server is free: k equal jobs through four stages in a row, then DU. */
    double cycleSeconds(int device, int microBatches) {
        double pass = cc[device] + it[device] + sc[device] + gt[device];
        double slowest = Math.max(Math.max(cc[device], it[device]), Math.max(sc[device], gt[device]));
        return (pass + (microBatches - 1) * slowest) / microBatches + du[device];
    }

    /** Returns the device's round without a queue: SFT eq. (18), with the mini-batches that the paper leaves out. */
    double aloneSeconds(int device, int microBatches) {
        return ed[device] + iterations[device] * cycleSeconds(device, microBatches) + lt[device];
    }
}
