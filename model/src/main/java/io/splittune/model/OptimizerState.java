package io.splittune.model;

import io.splittune.core.Check;

/**
 * What an {@link Optimizer} remembers between steps, as plain values.
 *
 * @param steps how many steps were made, not negative
 * @param moments {@code PARAMETER.momentum_buffer}, or {@code PARAMETER.exp_avg} and {@code PARAMETER.exp_avg_sq}
 */
public record OptimizerState(long steps, AdapterState moments) {
    /** Checks the count. */
    public OptimizerState {
        Check.notNegative(steps, "steps");
    }
}
