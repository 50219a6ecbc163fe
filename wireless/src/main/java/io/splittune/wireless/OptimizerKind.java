package io.splittune.wireless;

/** How many values an optimiser keeps beside each value it trains: SFT's alpha-hat over alpha. */
public enum OptimizerKind {
    /** Momentum: one value. */
    SGD_MOMENTUM(1),
    /** First and second moment: two values. */
    ADAM(2);

    private final int statesPerParameter;

    OptimizerKind(int statesPerParameter) {
        this.statesPerParameter = statesPerParameter;
    }

    /** Returns the number of values kept for each trained value. */
    public int statesPerParameter() {
        return statesPerParameter;
    }
}
