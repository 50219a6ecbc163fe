package io.splittune.planner;

import io.splittune.core.Check;

/**
 * A measured accuracy.
 *
 * @param keep rho, in (0, 1]
 * @param levels E, positive
 * @param accuracy A(rho, E), finite
 */
public record AccuracyPoint(double keep, int levels, double accuracy) {
    /** Checks the ranges. */
    public AccuracyPoint {
        Check.require(keep > 0 && keep <= 1, "keep (%s) must lie in (0, 1].", keep);
        Check.positive(levels, "levels");
        Check.require(Double.isFinite(accuracy), "accuracy (%s) must be finite.", accuracy);
    }
}
