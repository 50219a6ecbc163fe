package io.splittune.planner;

import java.util.List;

/**
 * Every device with its own cut and compression: globally optimal for the closed-form delay, and never worse than a
 * common choice.
 *
 * <p>None of the papers has it. Bisection on the round's delay: for a delay tau each device takes the option that
 * needs the least band, and tau is possible if and only if these fit. The accuracy floor holds for each device's own
 * compression. Immutable and thread-safe.
 */
public final class HeterogeneousPlanner implements Planner {
    private final BandwidthAllocation allocation = new BisectionBandwidth();

    @Override
    public String name() {
        return "heterogeneous";
    }

    @Override
    public PlanResult plan(Problem problem) {
        return PlanAssembly.checked(name(), problem, this::search);
    }

    @Override
    public PlanResult reallocate(Problem problem, Plan previous) {
        return PlanAssembly.reallocate(name(), allocation, problem, previous);
    }

    private PlanResult search(RoundCosts costs) {
        FreeChoice free = new FreeChoice(costs);
        OptionFronts.Bracket bracket = free.bisect();
        List<Choice> choices = free.choices(bracket.possibleSeconds());
        double[] shares = allocation.allocate(costs.demand(choices));
        return PlanAssembly.assemble(name(), costs, choices, shares, bracket.impossibleSeconds());
    }
}
