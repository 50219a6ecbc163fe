package io.splittune.planner;

/**
 * A baseline: the common cut and compression that are best for equal shares, and equal shares.
 *
 * <p>Cut and compression are those of {@link TwoTimescalePlanner}, so the difference between the two is what dividing
 * the band brings (SFT Fig. 9). Immutable and thread-safe.
 */
public final class EqualPlanner implements Planner {
    private final BandwidthAllocation allocation = new EqualBandwidth();

    @Override
    public String name() {
        return "equal";
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
