package io.splittune.planner;

import java.util.List;

/**
 * SFT's own planner: Algorithm 2 for cut and compression, then Algorithm 3 for the band.
 *
 * <p>As in the paper, the large timescale (28) knows nothing of the division that the small one (29) will make: it
 * counts with equal shares. So its answer is the optimum of (28), and can be above that of (27); the plan's gap says
 * by how much at most. What differs from the print stands at {@link SqpBandwidth} and, for Algorithm 2: the
 * Lagrangian is minimised with {@code lambda <- max(0, lambda - mu g)} and augmented by a penalty, since the print
 * rewards violation; (rho, E) are restricted to the compression table. Immutable and thread-safe.
 */
public final class TwoTimescalePlanner implements Planner {
    private final BandwidthAllocation allocation = new SqpBandwidth();

    @Override
    public String name() {
        return "two-timescale";
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
        Choice choice = configuration(costs);
        return PlanAssembly.common(name(), costs, choice, allocation.allocate(costs.demand(choice)));
    }

    /** Algorithm 2. */
    private static Choice configuration(RoundCosts costs) {
        Problem problem = costs.problem();
        List<Integer> cuts = problem.cuts();
        List<CompressionOption> options = problem.compressions().options();
        BandwidthAllocation equal = new EqualBandwidth();
        double[][] delays = new double[cuts.size()][];
        double[] memorySlack = new double[cuts.size()];
        for (int l = 0; l < cuts.size(); l++) {
            memorySlack[l] = memorySlack(costs, cuts.get(l));
            delays[l] = costs.demands(cuts.get(l), options).stream()
                    .mapToDouble(demand -> demand.delaySeconds(equal.allocate(demand)))
                    .toArray();
        }
        double[] accuracySlack = options.stream()
                .mapToDouble(option -> option.accuracy() - problem.accuracyFloor())
                .toArray();
        AugmentedLagrangian.Cell cell = new AugmentedLagrangian(delays, memorySlack, accuracySlack).minimise();
        return new Choice(cuts.get(cell.cut()), options.get(cell.option()));
    }

    private static double memorySlack(RoundCosts costs, int cut) {
        double least = Double.POSITIVE_INFINITY;
        for (int n = 0; n < costs.size(); n++) {
            least = Math.min(least, 1 - costs.memoryBytes(cut) / costs.memoryOfDevice(n));
        }
        return least;
    }
}
