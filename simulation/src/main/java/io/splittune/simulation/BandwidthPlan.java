package io.splittune.simulation;

import io.splittune.wireless.LinkState;
import java.util.List;

/** Says how the band is shared in a round. A bandwidth is a share for both directions. Asked by one thread. */
@FunctionalInterface
public interface BandwidthPlan {
    /**
     * Returns each device's share in hertz, by index; 0 for one that stays out of the round.
     *
     * @param round from 1
     * @param loads what each device computes and sends in the round
     * @param links over what
     */
    double[] bandwidthsHz(int round, List<DeviceLoad> loads, List<LinkState> links);

    /** Returns the plan that shares a fleet's band anew in every round, by what the devices send in it. */
    static BandwidthPlan allocated(Fleet fleet, SimulatedScheme.Allocations allocations) {
        BandwidthShares shares = new BandwidthShares(fleet);
        return (round, loads, links) -> shares.of(loads, links, allocations.of(0, round));
    }
}
