package io.splittune.planner;

import io.splittune.core.Check;

/** The same power for all, or p_max where that is less: SFLAM's baseline EP. */
public final class FixedPower implements PowerControl {
    private final double watts;

    /**
     * Fixes the power.
     *
     * @param watts positive; the paper's number is lost in the text we have
     */
    public FixedPower(double watts) {
        this.watts = Check.positive(watts, "watts");
    }

    @Override
    public double greatestWatts(double maxWatts) {
        return Math.min(watts, maxWatts);
    }

    @Override
    public double watts(double bitsPerHertz, double gainToNoise, double seconds, double maxWatts) {
        double power = greatestWatts(maxWatts);
        return PowerControl.uploadSeconds(bitsPerHertz, gainToNoise, power) <= seconds
                ? power
                : Double.POSITIVE_INFINITY;
    }
}
