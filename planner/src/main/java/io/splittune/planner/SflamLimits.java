package io.splittune.planner;

import io.splittune.core.Check;
import io.splittune.wireless.SplitBatch;

/**
 * SFLAM's constraints (22a), (22c) and (22d); (22b) is the device's own.
 *
 * @param maxDelaySeconds T_max of a whole round, positive
 * @param minBits q_min, from 1 to 30; the paper has 4
 * @param maxBits q_max, from q_min to 30; not given in the paper, our default is 16. Both 32 mean no quantisation
 */
public record SflamLimits(double maxDelaySeconds, int minBits, int maxBits) {
    /** Levels are counted in an int: 2^q - 1. */
    private static final int MOST_BITS = 30;

    /** Checks the ranges. */
    public SflamLimits {
        Check.positive(maxDelaySeconds, "maxDelaySeconds");
        if (minBits != SplitBatch.UNQUANTISED || maxBits != SplitBatch.UNQUANTISED) {
            Check.inRange(minBits, 1, MOST_BITS, "minBits");
            Check.inRange(maxBits, minBits, MOST_BITS, "maxBits");
        }
    }

    /** Returns the same deadline without quantisation. */
    public SflamLimits unquantised() {
        return new SflamLimits(maxDelaySeconds, SplitBatch.UNQUANTISED, SplitBatch.UNQUANTISED);
    }
}
