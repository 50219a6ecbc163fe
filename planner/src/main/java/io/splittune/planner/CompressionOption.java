package io.splittune.planner;

import io.splittune.core.Check;

/**
 * One setting of the compression, and what it was measured to cost.
 *
 * @param keep rho, the kept fraction, in (0, 1]
 * @param levels E, the quantiser's intervals; 0 leaves the values as they are
 * @param activationRatio beta of activations: frame bytes over raw fp32 bytes, in (0, 1]
 * @param gradientRatio beta of gradients, in (0, 1]
 * @param accuracy A(rho, E) over the accuracy without compression, not negative; may be a little above 1
 */
public record CompressionOption(
        double keep, int levels, double activationRatio, double gradientRatio, double accuracy) {
    /** Checks the ranges. */
    public CompressionOption {
        checkFraction(keep, "keep");
        Check.notNegative(levels, "levels");
        checkFraction(activationRatio, "activationRatio");
        checkFraction(gradientRatio, "gradientRatio");
        Check.notNegative(accuracy, "accuracy");
    }

    /** Returns the setting that sends every value as it is. */
    public static CompressionOption uncompressed() {
        return new CompressionOption(1, 0, 1, 1, 1);
    }

    private static void checkFraction(double value, String name) {
        Check.require(value > 0 && value <= 1, "%s (%s) must lie in (0, 1].", name, value);
    }

    /**
     * Says whether this costs no more than {@code other} for any link, and is at least as accurate where it costs the
     * same.
     */
    boolean replaces(CompressionOption other) {
        boolean cheaper = activationRatio <= other.activationRatio && gradientRatio <= other.gradientRatio;
        boolean same = activationRatio == other.activationRatio && gradientRatio == other.gradientRatio;
        return cheaper && (!same || accuracy >= other.accuracy);
    }
}
