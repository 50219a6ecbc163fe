package io.splittune.simulation.report;

import java.util.List;

/**
 * The rounds of one scheme.
 *
 * @param scheme its name
 * @param initialAccuracy before the first round, in [0, 1]; NaN when unknown
 * @param rounds in order; may be empty
 */
public record SchemeRun(String scheme, double initialAccuracy, List<RoundPoint> rounds) {
    /** Copies the list. */
    public SchemeRun {
        RoundPoint.requireFraction(initialAccuracy, "initialAccuracy");
        rounds = List.copyOf(rounds);
    }
}
