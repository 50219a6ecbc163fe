package io.splittune.planner;

/**
 * The optimum {@code p* = (2^(A / tau) - 1) / gamma}: SFLAM solves the same problem by successive approximation, see
 * {@link ScaPower}.
 */
public final class ClosedFormPower implements PowerControl {
    @Override
    public double watts(double bitsPerHertz, double gainToNoise, double seconds, double maxWatts) {
        double watts = PowerControl.leastWatts(bitsPerHertz, gainToNoise, seconds);
        return watts <= maxWatts ? watts : Double.POSITIVE_INFINITY;
    }
}
