package io.splittune.planner;

import io.splittune.core.Check;
import java.util.List;

/**
 * A decision for every device that takes part, with its predicted costs and how far from the optimum it can be at most.
 *
 * @param planner who made it
 * @param devices in the problem's order
 * @param delaySeconds of the round: the slowest device's, SFT eq. (19)
 * @param lowerBoundSeconds no plan for the problem has a smaller delay, even with a cut and compression of its own
 *     for each device; for a reallocation: no division of the band has, with the cuts and compressions that it kept
 * @param energyJoules of all devices and the server in a round
 * @param leftOut devices of the problem without a part in the round; a planner that serves all or none leaves out none
 */
public record Plan(
        String planner,
        List<DevicePlan> devices,
        double delaySeconds,
        double lowerBoundSeconds,
        double energyJoules,
        List<LeftOut> leftOut)
        implements PlanResult {
    /** Checks and copies. */
    public Plan {
        devices = List.copyOf(devices);
        leftOut = List.copyOf(leftOut);
        Check.notNegative(delaySeconds, "delaySeconds");
        Check.notNegative(lowerBoundSeconds, "lowerBoundSeconds");
        Check.notNegative(energyJoules, "energyJoules");
    }

    /** Makes a plan in which every device takes part. */
    public Plan(
            String planner,
            List<DevicePlan> devices,
            double delaySeconds,
            double lowerBoundSeconds,
            double energyJoules) {
        this(planner, devices, delaySeconds, lowerBoundSeconds, energyJoules, List.of());
    }

    /** Returns by what part of the lower bound the delay is above it: 0 is optimal. */
    public double relativeGap() {
        return Math.max(0, delaySeconds / lowerBoundSeconds - 1);
    }
}
