package io.splittune.simulation;

import java.util.Arrays;

/**
 * One round on a server that serves one job at a time, in order of arrival: exact, job by job.
 *
 * <p>Who is away from the server is in an {@link ArrivalCalendar}, who waits in a line, so a job costs O(1) while arrivals
 * spread over the calendar's slots, and O(log devices) at worst, when nearly all crowd into one. Memory is linear in
 * devices, and in micro-batches while a device's wait together.
 */
final class QueuedRound {
    /** Sees each job as the server finishes it. */
    @FunctionalInterface
    interface JobListener {
        /** Nobody looks. */
        JobListener NONE = (device, arrivalSeconds, startSeconds, endSeconds) -> {};

        void onJob(int device, double arrivalSeconds, double startSeconds, double endSeconds);
    }

    // What a job reads of its device lies side by side, on one cache line: with thousands of devices that halves its
    // cost.
    private static final int RECORD = 8;
    private static final int JOB = 0;
    private static final int DOWNLINK = 1;
    private static final int UPDATE = 2;
    private static final int TO_SERVER = 3;
    private static final int PACE = 4;
    private static final int LEAVE = 5;
    /** When the device's downlink is free, and so when the last gradient is back. */
    private static final int DOWNLINK_FREE = 6;

    private static final int WAIT = 7;

    /** So few are quicker in a heap. */
    private static final int FEW = 16;

    private final StageTable table;
    private final RoundOutcome outcome;
    private final int microBatches;
    private final double deadlineSeconds;
    private final JobListener listener;
    private final double[] records;
    private final WaitingLine line = new WaitingLine();
    private final ArrivalCalendar away;
    /** Micro-batches of the current mini-batch that have arrived, and that were served. */
    private final int[] arrived;

    private final int[] served;
    private final boolean[] isActive;
    private int active;
    private int resizeBelow;
    private double serverFree;

    QueuedRound(
            StageTable table, RoundOutcome outcome, int microBatches, double deadlineSeconds, JobListener listener) {
        this.table = table;
        this.outcome = outcome;
        this.microBatches = microBatches;
        this.deadlineSeconds = deadlineSeconds;
        this.listener = listener;
        int devices = table.devices();
        this.records = new double[RECORD * devices];
        for (int n = 0; n < devices; n++) {
            fillRecord(n);
        }
        this.arrived = new int[devices];
        this.served = new int[devices];
        this.away = new ArrivalCalendar(devices);
        this.isActive = new boolean[devices];
    }

    private void fillRecord(int n) {
        int record = RECORD * n;
        records[record + JOB] = table.sc[n] / microBatches;
        records[record + DOWNLINK] = table.gt[n] / microBatches;
        records[record + UPDATE] = table.du[n];
        records[record + TO_SERVER] = (table.cc[n] + table.it[n]) / microBatches;
        // The parts of a mini-batch follow each other at the pace of the slower of device and uplink.
        records[record + PACE] = Math.max(table.cc[n], table.it[n]) / microBatches;
        records[record + LEAVE] = table.leaveSeconds[n];
    }

    /** Fits the calendar's slots to the rate at which the devices that are left come to the server. */
    private void resizeCalendar() {
        double perSecond = 0;
        double jobs = 0;
        for (int n = 0; n < table.devices(); n++) {
            if (isActive[n]) {
                int record = RECORD * n;
                double away = records[record + DOWNLINK]
                        + records[record + UPDATE]
                        + records[record + TO_SERVER]
                        + (microBatches - 1) * records[record + PACE];
                perSecond += microBatches / (away + records[record + JOB]);
                jobs += records[record + JOB];
            }
        }
        // A busy server lets nobody come more often than it finishes jobs.
        double slot = Math.max(1 / perSecond, jobs / active);
        away.resize(serverFree, active, active > FEW && slot > 0 ? slot : Double.POSITIVE_INFINITY);
        resizeBelow = active / 2;
    }

    private void leave(int n) {
        isActive[n] = false;
        active--;
    }

    void run() {
        Arrays.fill(isActive, true);
        active = isActive.length;
        resizeCalendar();
        for (int n = 0; n < table.devices(); n++) {
            startBatch(n, table.ed[n]);
        }
        while (!away.isEmpty() || !line.isEmpty()) {
            if (active < resizeBelow) {
                resizeCalendar();
            }
            if (line.isEmpty()) {
                serverFree = Math.max(serverFree, away.firstTime());
            }
            while (!away.isEmpty() && away.firstTime() <= serverFree) {
                admit();
            }
            if (serverFree >= deadlineSeconds) {
                break; // All that follows is later still.
            }
            serve();
        }
        for (int n = 0; n < table.devices(); n++) {
            outcome.waitSeconds[n] = records[RECORD * n + WAIT];
        }
    }

    /** Sends the device on its way to the server with the next mini-batch, or home when it has none left. */
    private void startBatch(int n, double seconds) {
        int record = RECORD * n;
        if (outcome.batches[n] == table.iterations[n]) {
            double done = seconds + table.lt[n];
            if (done <= Math.min(deadlineSeconds, records[record + LEAVE])) {
                outcome.finish(n, done);
            }
            leave(n);
            return;
        }
        double arrival = seconds + records[record + TO_SERVER];
        if (arrival <= records[record + LEAVE]) {
            away.add(arrival, n);
        } else {
            leave(n);
        }
    }

    private void admit() {
        double arrival = away.firstTime();
        int n = away.removeFirst();
        line.add(n, arrival);
        arrived[n]++;
        double next = arrival + records[RECORD * n + PACE];
        if (arrived[n] < microBatches && next <= records[RECORD * n + LEAVE]) {
            away.add(next, n);
        }
    }

    private void serve() {
        int n = line.firstDevice();
        int record = RECORD * n;
        double arrival = line.firstArrival();
        line.removeFirst();
        double start = serverFree;
        double job = records[record + JOB];
        serverFree = start + job;
        outcome.serverBusySeconds += job;
        records[record + WAIT] += start - arrival;
        listener.onJob(n, arrival, start, serverFree);
        double back = Math.max(serverFree, records[record + DOWNLINK_FREE]) + records[record + DOWNLINK];
        records[record + DOWNLINK_FREE] = back;
        served[n]++;
        if (served[n] == microBatches) {
            arrived[n] = 0;
            served[n] = 0;
            endBatch(n, back + records[record + UPDATE]);
        }
    }

    private void endBatch(int n, double seconds) {
        if (seconds <= records[RECORD * n + LEAVE]) {
            outcome.batches[n]++;
            startBatch(n, seconds);
        } else {
            leave(n);
        }
    }
}
