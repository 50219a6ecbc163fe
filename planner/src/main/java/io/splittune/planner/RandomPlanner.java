package io.splittune.planner;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A baseline: a common cut and compression drawn from those that memory and accuracy allow, and random shares.
 *
 * <p>Each call draws anew, so the order of the calls matters. Confined to the thread of its generator.
 */
public final class RandomPlanner implements Planner {
    private final RandomGenerator random;
    private final BandwidthAllocation allocation;

    /**
     * Draws from a generator.
     *
     * @param random of the purpose {@code PLANNER}
     */
    public RandomPlanner(RandomGenerator random) {
        this.random = random;
        this.allocation = new RandomBandwidth(random);
    }

    @Override
    public String name() {
        return "random";
    }

    @Override
    public PlanResult plan(Problem problem) {
        return PlanAssembly.checked(name(), problem, this::draw);
    }

    @Override
    public PlanResult reallocate(Problem problem, Plan previous) {
        return PlanAssembly.reallocate(name(), allocation, problem, previous);
    }

    private PlanResult draw(RoundCosts costs) {
        Problem problem = costs.problem();
        Choice choice = new Choice(
                drawn(costs.commonCuts()), drawn(problem.compressions().reaching(problem.accuracyFloor())));
        return PlanAssembly.common(name(), costs, choice, allocation.allocate(costs.demand(choice)));
    }

    private <T> T drawn(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
