package io.splittune.planner;

import java.util.List;

/**
 * What is decided for all devices of a round at once, and how far from the best it can be.
 *
 * @param cuts one per device, in order
 * @param serverClockHz the one clock of the server in the round
 * @param delaySeconds of the round: the slowest chain, or the server's whole work where that takes longer
 * @param serverJoules of the server's computing for all devices
 * @param cost the weighted and normalised sum, as in CARD eq. (12)
 * @param lowerBoundCost no decision has a smaller cost
 * @param extremes what delay and energy were normalised by
 */
public record JointDecision(
        List<Integer> cuts,
        double serverClockHz,
        double delaySeconds,
        double serverJoules,
        double cost,
        double lowerBoundCost,
        CardExtremes extremes) {
    /** Copies the list. */
    public JointDecision {
        cuts = List.copyOf(cuts);
    }

    /** Returns by how much the cost is above the bound, not negative: 1 is the way from the least delay to the greatest. */
    public double gap() {
        return Math.max(0, cost - lowerBoundCost);
    }
}
