package io.splittune.planner;

/**
 * The optimum of SFT problem P, eq. (27): one cut and compression for all, exhaustively, each with the exact division
 * of the band. Immutable and thread-safe.
 */
public final class ExactPlanner implements Planner {
    private final BandwidthAllocation allocation = new BisectionBandwidth();

    @Override
    public String name() {
        return "exact";
    }

    @Override
    public PlanResult plan(Problem problem) {
        return PlanAssembly.checked(name(), problem, costs -> CommonChoice.best(name(), costs, allocation));
    }

    @Override
    public PlanResult reallocate(Problem problem, Plan previous) {
        return PlanAssembly.reallocate(name(), allocation, problem, previous);
    }
}
