package io.splittune.simulation;

import io.splittune.core.Check;
import java.util.Arrays;

/**
 * How a quantity spreads over realizations.
 *
 * @param mean its average
 * @param p50 its median
 * @param p95 its 95th percentile, linear between neighbours as in NumPy
 */
public record Distribution(double mean, double p50, double p95) {
    /**
     * Summarises values.
     *
     * @param values at least one; not changed
     */
    public static Distribution of(double[] values) {
        Check.positive(values.length, "number of values");
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return new Distribution(
                Arrays.stream(values).sum() / values.length, percentile(sorted, 0.5), percentile(sorted, 0.95));
    }

    private static double percentile(double[] sorted, double fraction) {
        double place = fraction * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
