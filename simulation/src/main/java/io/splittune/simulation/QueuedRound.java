package io.splittune.simulation;

/**
 * One round on a server that serves one job at a time, in order of arrival: exact, job by job.
 *
 * <p>It goes on in windows. Whoever is served now is away for some least time, so all who arrive before that time is over
 * are known at once: they are put in order ({@link ArrivalOrder}) and served one after another. While the server is behind,
 * a window reaches that least time beyond the end of its work, so an overloaded server has few, long ones. A job costs O(1)
 * but for the looks at those who are away for many windows. Memory is linear in devices and micro-batches.
 */
final class QueuedRound {
    /** Sees each job as the server finishes it. */
    @FunctionalInterface
    interface JobListener {
        /** Nobody looks. */
        JobListener NONE = (device, arrivalSeconds, startSeconds, endSeconds) -> {};

        void onJob(int device, double arrivalSeconds, double startSeconds, double endSeconds);
    }

    private static final double NEVER = Double.POSITIVE_INFINITY;

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

    private final StageTable table;
    private final RoundOutcome outcome;
    private final int microBatches;
    private final double deadlineSeconds;
    private final JobListener listener;
    private final double[] records;
    /** Devices that are in the round, ascending, and when each comes next. */
    private final int[] active;

    private final double[] nextArrival;
    /** Micro-batches of the current mini-batch that are in a window, and that were served. */
    private final int[] arrived;

    private final int[] served;
    private final ArrivalOrder window = new ArrivalOrder();
    private int activeCount;
    /** No device is back sooner than this after it was served. */
    private double leastAway;

    private int leastAwayBelow;
    private double firstArrival = NEVER;
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
        this.active = new int[devices];
        for (int n = 0; n < devices; n++) {
            fillRecord(n);
            active[n] = n;
        }
        this.activeCount = devices;
        this.nextArrival = new double[devices];
        this.arrived = new int[devices];
        this.served = new int[devices];
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

    void run() {
        for (int n = 0; n < table.devices(); n++) {
            startBatch(n, table.ed[n]);
        }
        boolean isOver = false;
        leastAwayBelow = activeCount + 1;
        while (firstArrival < NEVER && !isOver) {
            collect(Math.max(serverFree, firstArrival));
            isOver = !serveWindow();
        }
        for (int n = 0; n < table.devices(); n++) {
            outcome.waitSeconds[n] = records[RECORD * n + WAIT];
        }
    }

    /** Puts the window's arrivals in order and leaves out of {@link #active} who is gone. */
    private void collect(double from) {
        if (activeCount < leastAwayBelow) {
            leastAway = leastAway();
            leastAwayBelow = (activeCount + 1) / 2;
        }
        double end = from + leastAway;
        double later = NEVER;
        int kept = 0;
        window.clear();
        for (int i = 0; i < activeCount; i++) {
            int n = active[i];
            double next = nextArrival[n];
            if (next < end || next <= from) {
                next = arrive(n, next, from, end);
            } else if (next == NEVER) {
                continue; // Gone, since the end of the last window.
            }
            later = Math.min(later, next);
            active[kept++] = n;
        }
        activeCount = kept;
        firstArrival = later;
        window.sort();
    }

    private double leastAway() {
        double least = NEVER;
        for (int i = 0; i < activeCount; i++) {
            int record = RECORD * active[i];
            double away = records[record + DOWNLINK] + records[record + UPDATE] + records[record + TO_SERVER];
            least = Math.min(least, away);
        }
        return least;
    }

    /** Adds a device's micro-batches of the window, and returns when the next one comes. */
    private double arrive(int n, double first, double from, double end) {
        int record = RECORD * n;
        double arrival = first;
        while (arrival < end || arrival <= from) {
            window.add(arrival, n);
            arrived[n]++;
            arrival += records[record + PACE];
            if (arrived[n] == microBatches || arrival > records[record + LEAVE]) {
                arrival = NEVER; // The next mini-batch, if any, is sent off when this one is back.
            }
        }
        nextArrival[n] = arrival;
        return arrival;
    }

    /** Serves all of the window; returns false once the deadline has come, since all that follows is later still. */
    private boolean serveWindow() {
        for (int i = 0; i < window.size(); i++) {
            double arrival = window.seconds(i);
            serverFree = Math.max(serverFree, arrival);
            if (serverFree >= deadlineSeconds) {
                return false;
            }
            serve(window.device(i), arrival);
        }
        return true;
    }

    private void serve(int n, double arrival) {
        int record = RECORD * n;
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
        }
    }

    /** Sends the device on its way to the server with the next mini-batch, or home when it has none left. */
    private void startBatch(int n, double seconds) {
        int record = RECORD * n;
        nextArrival[n] = NEVER;
        if (outcome.batches[n] == table.iterations[n]) {
            double done = seconds + table.lt[n];
            if (done <= Math.min(deadlineSeconds, records[record + LEAVE])) {
                outcome.finish(n, done);
            }
            return;
        }
        double arrival = seconds + records[record + TO_SERVER];
        if (arrival <= records[record + LEAVE]) {
            nextArrival[n] = arrival;
            firstArrival = Math.min(firstArrival, arrival);
        }
    }
}
