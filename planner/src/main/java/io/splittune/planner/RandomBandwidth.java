package io.splittune.planner;

import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Random shares, uniform over all divisions of the band as far as caps allow: a baseline of SFT Fig. 9. Each call
 * draws anew. Confined to the thread of its generator.
 */
public final class RandomBandwidth implements BandwidthAllocation {
    private final RandomGenerator random;

    /**
     * Draws from a generator.
     *
     * @param random of the purpose {@code PLANNER}
     */
    public RandomBandwidth(RandomGenerator random) {
        this.random = random;
    }

    @Override
    public double[] allocate(BandwidthDemand demand) {
        // Exponential draws over their sum are uniform on the simplex.
        return fill(
                demand,
                random.doubles(demand.size())
                        .map(u -> -Math.log1p(-u) + Double.MIN_NORMAL)
                        .toArray());
    }

    static double[] fill(BandwidthDemand demand, double[] weights) {
        double[] caps = demand.caps(IntStream.range(0, demand.size()).toArray());
        return WaterLevel.fill(demand.minimumHz(), weights, caps, demand.totalHz());
    }
}
