package io.splittune.planner;

import java.util.Arrays;

/** The same share for every device, except where a cap binds: a baseline of SFT Fig. 9. Immutable and thread-safe. */
public final class EqualBandwidth implements BandwidthAllocation {
    @Override
    public double[] allocate(BandwidthDemand demand) {
        double[] ones = new double[demand.size()];
        Arrays.fill(ones, 1);
        return RandomBandwidth.fill(demand, ones);
    }
}
