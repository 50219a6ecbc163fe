package io.splittune.simulation;

import io.splittune.planner.BandwidthAllocation;
import io.splittune.planner.BandwidthDemand;
import io.splittune.wireless.LinkState;
import io.splittune.wireless.PhaseSeconds;
import java.util.Arrays;
import java.util.List;

/** Shares a fleet's band among those of its devices that have something to send in a round and a link to send it over. */
final class BandwidthShares {
    private final Fleet fleet;

    BandwidthShares(Fleet fleet) {
        this.fleet = fleet;
    }

    /** Returns hertz by device. Who sends nothing gets what an equal split would give, which nobody else misses. */
    double[] of(List<DeviceLoad> loads, List<LinkState> links, BandwidthAllocation allocation) {
        int count = loads.size();
        int[] sending = new int[count];
        double[] fixedSeconds = new double[count];
        double[] work = new double[count];
        int senders = 0;
        for (int n = 0; n < count; n++) {
            double own = loads.get(n).bandwidthWork(links.get(n));
            double fixed = fixedSeconds(n, loads.get(n), links.get(n));
            if (own > 0 && Double.isFinite(own + fixed)) {
                sending[senders] = n;
                work[senders] = own;
                fixedSeconds[senders++] = fixed;
            }
        }
        double[] shares = new double[count];
        Arrays.fill(shares, fleet.equalBandwidthHz());
        if (senders > 0) {
            double[] caps = new double[senders];
            Arrays.fill(caps, fleet.maxBandwidthPerDeviceHz());
            double[] given = allocation.allocate(new BandwidthDemand(
                    Arrays.copyOf(fixedSeconds, senders),
                    Arrays.copyOf(work, senders),
                    fleet.minBandwidthPerDeviceHz(),
                    caps,
                    fleet.totalBandwidthHz()));
            for (int i = 0; i < senders; i++) {
                shares[sending[i]] = given[i];
            }
        }
        return shares;
    }

    private double fixedSeconds(int n, DeviceLoad load, LinkState link) {
        PhaseSeconds phases = load.phases(
                fleet.devices().get(n),
                link,
                fleet.totalBandwidthHz(),
                fleet.server().flopsPerSecond(),
                fleet.totalBandwidthHz());
        return phases.ed() + phases.cc() + phases.sc() + phases.du();
    }
}
