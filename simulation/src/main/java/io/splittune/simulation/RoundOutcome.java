package io.splittune.simulation;

/** What became of each device of a {@link StageTable} in one round, column by column. */
final class RoundOutcome {
    /** When the device was done, or when it was lost or cut off; seconds from the round's start. */
    final double[] delaySeconds;

    /** Time that the device's jobs stood in the server's queue. */
    final double[] waitSeconds;

    /** Mini-batches that went through the server and back. */
    final int[] batches;

    final boolean[] finished;

    /** Time that the server computed. */
    double serverBusySeconds;

    RoundOutcome(int devices) {
        delaySeconds = new double[devices];
        waitSeconds = new double[devices];
        batches = new int[devices];
        finished = new boolean[devices];
    }

    void finish(int device, double seconds) {
        delaySeconds[device] = seconds;
        finished[device] = true;
    }

    /** Returns when the round ends: with its last device, or at the deadline if one is missing. */
    double seconds(double deadlineSeconds) {
        double last = 0;
        for (int n = 0; n < finished.length; n++) {
            if (!finished[n]) {
                return deadlineSeconds;
            }
            last = Math.max(last, delaySeconds[n]);
        }
        return last;
    }
}
