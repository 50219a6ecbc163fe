package io.splittune.planner;

/**
 * Transmit power of a device on a block: SFLAM's first subproblem, eq. (23) and (24).
 *
 * <p>The energy {@code f(p) = A p / log2(1 + gamma p)} rises with the power, so the least power in time is the best.
 * Implementations are immutable.
 */
public sealed interface PowerControl permits ClosedFormPower, ScaPower, FixedPower {
    /**
     * Returns the power.
     *
     * @param bitsPerHertz A, the bits of an upload over the block's width, positive
     * @param gainToNoise gamma in 1/W, not negative
     * @param seconds tau, what is left for the upload; none is left when not positive
     * @param maxWatts p_max, not negative
     * @return watts, at most {@code maxWatts}; infinite where none meets the time
     */
    double watts(double bitsPerHertz, double gainToNoise, double seconds, double maxWatts);

    /** Returns the greatest power that this control uses of a device's p_max. */
    default double greatestWatts(double maxWatts) {
        return maxWatts;
    }

    /** Returns the seconds of an upload: {@code A / log2(1 + gamma p)}, infinite at no rate. */
    static double uploadSeconds(double bitsPerHertz, double gainToNoise, double watts) {
        return bitsPerHertz * Math.log(2) / Math.log1p(gainToNoise * watts);
    }

    /** Returns the least power that meets the time, however great: {@code (2^(A / tau) - 1) / gamma}. */
    static double leastWatts(double bitsPerHertz, double gainToNoise, double seconds) {
        if (seconds <= 0 || gainToNoise == 0) {
            return Double.POSITIVE_INFINITY;
        }
        return Math.expm1(bitsPerHertz / seconds * Math.log(2)) / gainToNoise;
    }
}
