package io.splittune.planner;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Devices that each choose one of several (a, V) pairs, for the least delay of the slowest: {@code a + V / b} under a
 * common band.
 *
 * <p>For a delay tau the least band of a device is the minimum of {@code V / (tau - a)} over its options; tau is
 * possible if and only if these fit their caps and their sum the band, so bisection on tau is globally optimal, and
 * its lower end is a proven bound. A minimum of {@code V / (tau - a)} touches a line through (tau, 0), hence only the
 * lower left of the options' convex hull is kept. Immutable.
 */
final class OptionFronts {
    private static final double TOLERANCE = 1e-12;

    private final double[][] fixed;
    private final double[][] work;
    private final int[][] index;
    private final double[] capsHz;
    private final double minimumHz;
    private final double totalHz;

    /**
     * Prunes the options.
     *
     * @param fixedSeconds a by device and option; at least one option each
     * @param workHzSeconds V, in the same order
     * @param limits the same devices' minimum, caps and band
     */
    OptionFronts(double[][] fixedSeconds, double[][] workHzSeconds, BandwidthLimits limits) {
        int devices = fixedSeconds.length;
        this.minimumHz = limits.minimumHz();
        this.totalHz = limits.totalHz();
        this.fixed = new double[devices][];
        this.work = new double[devices][];
        this.index = new int[devices][];
        this.capsHz = new double[devices];
        for (int n = 0; n < devices; n++) {
            int[] hull = hull(fixedSeconds[n], workHzSeconds[n]);
            index[n] = hull;
            double[] a = fixedSeconds[n];
            double[] v = workHzSeconds[n];
            fixed[n] = Arrays.stream(hull).mapToDouble(i -> a[i]).toArray();
            work[n] = Arrays.stream(hull).mapToDouble(i -> v[i]).toArray();
            capsHz[n] = limits.capHz(n);
        }
    }

    /**
     * Where the optimum lies.
     *
     * @param impossibleSeconds no choice ends earlier than this
     * @param possibleSeconds some choice ends by then
     */
    record Bracket(double impossibleSeconds, double possibleSeconds) {}

    /** A delay that equal shares reach. */
    double equalShareSeconds() {
        return slowestOfBest(totalHz / fixed.length);
    }

    /**
     * Bisects on the delay.
     *
     * @param possibleSeconds a delay that is known to be possible
     */
    Bracket bisect(double possibleSeconds) {
        // With the greatest share for everybody nothing is faster than this.
        double low = Math.min(slowestOfBest(Double.POSITIVE_INFINITY), possibleSeconds);
        double high = possibleSeconds;
        while (high - low > TOLERANCE * high) {
            double middle = low + (high - low) / 2;
            if (middle <= low || middle >= high) {
                break;
            }
            if (possible(middle)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return new Bracket(low, high);
    }

    /**
     * The option of a device that needs the least band to end by {@code seconds}, as its place in the constructor's
     * arrays.
     */
    int choice(int device, double seconds) {
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < fixed[device].length; i++) {
            double need = BandwidthDemand.neededHz(work[device][i], seconds - fixed[device][i]);
            if (need < least) {
                least = need;
                best = i;
            }
        }
        return index[device][best];
    }

    private double slowestOfBest(double shareHz) {
        double slowest = 0;
        for (int n = 0; n < fixed.length; n++) {
            double share = Math.min(shareHz, capsHz[n]);
            double best = Double.POSITIVE_INFINITY;
            for (int i = 0; i < fixed[n].length; i++) {
                best = Math.min(best, fixed[n][i] + work[n][i] / share);
            }
            slowest = Math.max(slowest, best);
        }
        return slowest;
    }

    private boolean possible(double seconds) {
        double sum = 0;
        for (int n = 0; n < fixed.length; n++) {
            double need = Double.POSITIVE_INFINITY;
            for (int i = 0; i < fixed[n].length; i++) {
                need = Math.min(need, BandwidthDemand.neededHz(work[n][i], seconds - fixed[n][i]));
            }
            if (need > capsHz[n]) {
                return false;
            }
            sum += Math.max(minimumHz, need);
            if (sum > totalHz) {
                return false;
            }
        }
        return true;
    }

    /** The points that no line of negative slope can pass below: from the least a to the least V, slopes rising. */
    private static int[] hull(double[] a, double[] v) {
        int[] order = IntStream.range(0, a.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(i -> a[i]).thenComparingDouble(i -> v[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        int[] kept = new int[a.length];
        int size = 0;
        for (int i : order) {
            if (size > 0 && v[i] >= v[kept[size - 1]]) {
                continue;
            }
            while (size > 1 && !turnsLeft(a, v, kept[size - 2], kept[size - 1], i)) {
                size--;
            }
            kept[size++] = i;
        }
        return Arrays.copyOf(kept, size);
    }

    private static boolean turnsLeft(double[] a, double[] v, int first, int second, int third) {
        return (a[second] - a[first]) * (v[third] - v[first]) > (v[second] - v[first]) * (a[third] - a[first]);
    }
}
