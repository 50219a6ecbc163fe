package io.splittune.simulation;

import io.splittune.core.Check;
import io.splittune.planner.DevicePlan;
import io.splittune.wireless.Device;
import io.splittune.wireless.LinkState;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a round gives each device besides its load: one entry per device, by index. Arrays are taken and given as they are
 * and must not change afterwards.
 */
public final class RoundResources {
    private final List<LinkState> links;
    private final double[] bandwidthsHz;
    private final double[] txPowersWatts;
    private final double[] serverClocksHz;

    /**
     * Takes the parts.
     *
     * @param links over which each device sends and receives
     * @param bandwidthsHz its share of the band for both directions, not negative; 0 for one that stays out
     * @param txPowersWatts what it draws while it sends, not negative; the links already have their rates from it
     * @param serverClocksHz the server's clock while it works for the device, positive
     * @throws IllegalArgumentException if the parts have different sizes or a value is out of its range
     */
    public RoundResources(
            List<LinkState> links, double[] bandwidthsHz, double[] txPowersWatts, double[] serverClocksHz) {
        this.links = List.copyOf(links);
        this.bandwidthsHz = bandwidthsHz;
        this.txPowersWatts = txPowersWatts;
        this.serverClocksHz = serverClocksHz;
        int count = links.size();
        Check.require(
                bandwidthsHz.length == count && txPowersWatts.length == count && serverClocksHz.length == count,
                "links (%s), bandwidths (%s), powers (%s) and clocks (%s) must have one entry per device.",
                count,
                bandwidthsHz.length,
                txPowersWatts.length,
                serverClocksHz.length);
        for (int n = 0; n < count; n++) {
            Check.notNegative(bandwidthsHz[n], "bandwidthHz");
            Check.notNegative(txPowersWatts[n], "txPowerWatts");
            Check.positive(serverClocksHz[n], "serverClockHz");
        }
    }

    /**
     * Returns what a planner gives.
     *
     * @param plans one per device, empty for one that stays out
     * @param links one per device
     * @param idleClockHz the server's clock for those that stay out
     */
    static RoundResources planned(List<Optional<DevicePlan>> plans, List<LinkState> links, double idleClockHz) {
        double[] bandwidths = new double[plans.size()];
        double[] powers = new double[plans.size()];
        double[] clocks = new double[plans.size()];
        for (int n = 0; n < clocks.length; n++) {
            Optional<DevicePlan> plan = plans.get(n);
            bandwidths[n] = plan.map(DevicePlan::bandwidthHz).orElse(0.0);
            powers[n] = plan.map(DevicePlan::powerWatts).orElse(0.0);
            clocks[n] = plan.map(DevicePlan::serverClockHz).orElse(idleClockHz);
        }
        return new RoundResources(links, bandwidths, powers, clocks);
    }

    /** Returns the devices' links. */
    public List<LinkState> links() {
        return links;
    }

    /** Returns the devices' shares of the band. */
    public double[] bandwidthsHz() {
        return bandwidthsHz;
    }

    /** Returns the devices' transmit powers. */
    public double[] txPowersWatts() {
        return txPowersWatts;
    }

    /** Returns the server's clock for each device. */
    public double[] serverClocksHz() {
        return serverClocksHz;
    }

    /**
     * Returns resources with the hardware's own powers and the server's own clock.
     *
     * @param fleet the hardware
     * @param links one per device
     * @param bandwidthsHz one per device
     */
    public static RoundResources of(Fleet fleet, List<LinkState> links, double[] bandwidthsHz) {
        double[] clocks = new double[fleet.devices().size()];
        Arrays.fill(clocks, fleet.server().clockHz());
        double[] powers =
                fleet.devices().stream().mapToDouble(Device::txPowerWatts).toArray();
        return new RoundResources(links, bandwidthsHz, powers, clocks);
    }

    /** Returns how many devices there are. */
    int size() {
        return links.size();
    }
}
