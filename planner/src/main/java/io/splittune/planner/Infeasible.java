package io.splittune.planner;

/**
 * No plan: which constraint stands in the way, and by how much.
 *
 * @param planner who says so
 * @param constraint the limit
 * @param required what would be needed: an accuracy, bytes, hertz, seconds, or the number of links
 * @param available what there is, in the same unit
 * @param reason one line with both, and the difference
 */
public record Infeasible(String planner, Constraint constraint, double required, double available, String reason)
        implements PlanResult {
    /** Returns by how much the limit is missed, not negative. */
    public double missing() {
        return Math.abs(required - available);
    }
}
