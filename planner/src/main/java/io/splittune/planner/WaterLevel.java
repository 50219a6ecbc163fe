package io.splittune.planner;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Gives away a band in proportion to weights, under caps. */
final class WaterLevel {
    private WaterLevel() {}

    /**
     * Returns {@code min(cap, minimum + weight * t)} with the t at which all of the band is given away, or all caps
     * bind.
     *
     * @param minimumHz what each gets at least
     * @param weights positive
     * @param capsHz at least the minimum
     * @param usableHz the band
     */
    static double[] fill(double minimumHz, double[] weights, double[] capsHz, double usableHz) {
        // In the order in which a rising level reaches the caps, the first cap that is not reached ends the search.
        Integer[] order = IntStream.range(0, weights.length).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingDouble(n -> (capsHz[n] - minimumHz) / weights[n]));
        double restHz = usableHz - weights.length * minimumHz;
        double restWeight = Arrays.stream(weights).sum();
        double[] shares = new double[weights.length];
        int full = 0;
        while (full < order.length) {
            int n = order[full];
            if (capsHz[n] - minimumHz > restHz * (weights[n] / restWeight)) {
                break;
            }
            shares[n] = capsHz[n];
            restHz -= capsHz[n] - minimumHz;
            restWeight -= weights[n];
            full++;
        }
        for (int i = full; i < order.length; i++) {
            int n = order[i];
            shares[n] = Math.min(capsHz[n], minimumHz + Math.max(0, restHz) * (weights[n] / restWeight));
        }
        return shares;
    }
}
