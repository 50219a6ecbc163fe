package io.splittune.simulation;

import io.splittune.wireless.LinkState;
import java.util.List;

/** Says what each device of a round gets: its share of the band, its power, the server's clock. Asked by one thread. */
@FunctionalInterface
public interface ResourcePlan {
    /**
     * Returns what each device gets, by index; no bandwidth for one that stays out of the round.
     *
     * @param round from 1
     * @param loads what each device computes and sends in the round
     * @param links over what
     */
    RoundResources resources(int round, List<DeviceLoad> loads, List<LinkState> links);

    /**
     * Returns the plan that shares a fleet's band anew in every round, by what the devices send in it; powers and clock are
     * the hardware's.
     */
    static ResourcePlan allocated(Fleet fleet, SimulatedScheme.Allocations allocations) {
        BandwidthShares shares = new BandwidthShares(fleet);
        return (round, loads, links) ->
                RoundResources.of(fleet, links, shares.of(loads, links, allocations.of(0, round)));
    }
}
