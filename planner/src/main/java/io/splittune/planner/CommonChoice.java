package io.splittune.planner;

import java.util.List;

/** The best common cut and compression for a way to divide the band, exhaustively. */
final class CommonChoice {
    private CommonChoice() {}

    /**
     * Searches all pairs.
     *
     * <p>A pair that no division makes faster than the best so far is passed over after one sum, so nearly all of the
     * time goes to a few pairs.
     */
    static PlanResult best(String planner, RoundCosts costs, BandwidthAllocation allocation) {
        Choice best = null;
        double[] bestShares = new double[0];
        double least = Double.POSITIVE_INFINITY;
        Problem problem = costs.problem();
        List<CompressionOption> frontier = problem.compressions().frontier(problem.accuracyFloor());
        for (int cut : costs.commonCuts()) {
            List<BandwidthDemand> demands = costs.demands(cut, frontier);
            for (int o = 0; o < frontier.size(); o++) {
                BandwidthDemand demand = demands.get(o);
                if (best != null && !demand.fitsWithin(least)) {
                    continue;
                }
                double[] shares = allocation.allocate(demand);
                double delay = demand.delaySeconds(shares);
                if (best == null || delay < least) {
                    best = new Choice(cut, frontier.get(o));
                    bestShares = shares;
                    least = delay;
                }
            }
        }
        if (best == null) {
            throw new IllegalStateException("No cut and compression keep accuracy and memory; check before solving.");
        }
        return PlanAssembly.common(planner, costs, best, bestShares);
    }
}
