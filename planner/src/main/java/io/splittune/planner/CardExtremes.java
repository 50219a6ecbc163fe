package io.splittune.planner;

import io.splittune.core.Check;

/**
 * What delay and energy are normalised by: CARD eq. (12).
 *
 * @param minDelaySeconds D_min
 * @param maxDelaySeconds D_max, not below D_min
 * @param minServerJoules E_min
 * @param maxServerJoules E_max, not below E_min
 */
public record CardExtremes(
        double minDelaySeconds, double maxDelaySeconds, double minServerJoules, double maxServerJoules) {
    /** Checks the order. */
    public CardExtremes {
        Check.require(
                maxDelaySeconds >= minDelaySeconds && maxServerJoules >= minServerJoules,
                "Greatest delay (%s) and energy (%s) must not be below the least (%s, %s).",
                maxDelaySeconds,
                maxServerJoules,
                minDelaySeconds,
                minServerJoules);
    }

    /** A span that can be divided by; where nothing can be chosen, any will do. */
    static double span(double min, double max) {
        return max > min ? max - min : 1;
    }
}
