package io.splittune.simulation;

import static io.splittune.core.Check.notNegative;

/**
 * Bytes over the air by phase; an expected value need not be whole.
 *
 * @param ed adapters or model to the device
 * @param it activations to the server
 * @param gt gradients to the device
 * @param lt adapters or model to the server
 */
public record PhaseBytes(double ed, double it, double gt, double lt) {
    /** Nothing is sent. */
    public static final PhaseBytes ZERO = new PhaseBytes(0, 0, 0, 0);

    /**
     * Validates.
     *
     * @throws IllegalArgumentException if a value is negative, NaN or infinite
     */
    public PhaseBytes {
        notNegative(ed, "ed");
        notNegative(it, "it");
        notNegative(gt, "gt");
        notNegative(lt, "lt");
    }

    /** Returns the bytes to the server. */
    public double up() {
        return it + lt;
    }

    /** Returns the bytes to the devices. */
    public double down() {
        return ed + gt;
    }

    /** Returns the sum of both. */
    public PhaseBytes plus(PhaseBytes other) {
        return new PhaseBytes(ed + other.ed, it + other.it, gt + other.gt, lt + other.lt);
    }
}
