package io.splittune.planner;

/** What a device does on a block: bits, power, and what they cost in a round. */
record PairChoice(int block, int bits, double watts, double uploadSeconds, double joules, double utility) {
    /** No bits and power are in time. */
    static final PairChoice NONE = new PairChoice(BlockMatching.NO_BLOCK, 0, 0, 0, 0, Double.NaN);

    boolean feasible() {
        return bits > 0;
    }
}
