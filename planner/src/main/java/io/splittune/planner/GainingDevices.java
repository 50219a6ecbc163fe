package io.splittune.planner;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Reduces a demand to the devices whose delay bandwidth can change, for the solvers that minimise the delay.
 *
 * <p>A device with nothing to send, or whose cap is the minimum, gets the minimum. What the others cannot use for
 * their caps goes to those with nothing to send, so that the whole band is given away.
 */
final class GainingDevices {
    private GainingDevices() {}

    /**
     * Divides the band.
     *
     * @param demand any demand
     * @param solver for a demand where every V is positive, every cap is above the minimum, and the caps do not all
     *     bind
     */
    static double[] allocate(BandwidthDemand demand, BandwidthAllocation solver) {
        int[] gaining = indices(demand, true);
        int[] others = indices(demand, false);
        double restHz = demand.totalHz() - others.length * demand.minimumHz();
        double[] caps = demand.caps(gaining);
        double[] shares = new double[demand.size()];
        Arrays.fill(shares, demand.minimumHz());
        double capsSum = Arrays.stream(caps).sum();
        if (capsSum > restHz) {
            put(shares, gaining, solver.allocate(demand.of(gaining, restHz)));
            return shares;
        }
        put(shares, gaining, caps);
        double[] ones = new double[others.length];
        Arrays.fill(ones, 1);
        put(shares, others, WaterLevel.fill(demand.minimumHz(), ones, demand.caps(others), demand.totalHz() - capsSum));
        return shares;
    }

    private static int[] indices(BandwidthDemand demand, boolean gaining) {
        return IntStream.range(0, demand.size())
                .filter(n -> gaining == (demand.workHzSeconds(n) > 0 && demand.capHz(n) > demand.minimumHz()))
                .toArray();
    }

    private static void put(double[] target, int[] indices, double[] values) {
        for (int i = 0; i < indices.length; i++) {
            target[indices[i]] = values[i];
        }
    }
}
