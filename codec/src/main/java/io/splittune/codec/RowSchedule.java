package io.splittune.codec;

/** After which rows the adaptive models take in what was counted: often at first, when it changes much. Pure. */
final class RowSchedule {
    /** Rows between two looks at the channels, after the first few. */
    static final int CHANNEL_ROWS = 16;

    private static final int GROWTH = 2;
    /** Counters of 16 bits hold what they see in so many rows. */
    private static final int LONGEST = 1 << 10;

    private RowSchedule() {}

    /** Returns whether the channels' rates are taken anew after that many rows: 1, 2, 4, 8, 16, 32, 48 and so on. */
    static boolean takesChannels(int rows) {
        return rows % CHANNEL_ROWS == 0 || (rows < CHANNEL_ROWS && (rows & (rows - 1)) == 0);
    }

    /** Returns after how many rows the contexts are refreshed next: half as many more, at least one and at most 1024. */
    static int afterContexts(int rows) {
        return rows + Math.max(1, Math.min(LONGEST, rows / GROWTH));
    }
}
