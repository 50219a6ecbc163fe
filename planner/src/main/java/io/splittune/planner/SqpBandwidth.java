package io.splittune.planner;

/**
 * Sequential quadratic programming: SFT Algorithm 3, eq. (31) to (34).
 *
 * <p>Each step solves the quadratic programme of {@link EpigraphQp} at the current shares and walks along its
 * solution. Deviations from the print: eq. (34) has no quadratic term and would be a linear programme with unbounded
 * steps; here its matrix is the Hessian of the Lagrangian, {@code lambda_n 2 V_n / b_n^3}, with the multipliers that
 * make the Lagrangian stationary, {@code lambda_n} proportional to {@code b_n^2 / V_n}. Shares stay above a positive
 * minimum and change at most by the factors below in a step. A step is halved until the delay falls; since the delays
 * are convex in b, some step always does, and the end is the global optimum. Agrees with {@link BisectionBandwidth}
 * to 1e-6 and better. Immutable and thread-safe.
 */
public final class SqpBandwidth implements BandwidthAllocation {
    /** Of the delay: below what a step can promise in double precision, the shares are optimal. */
    private static final double TOLERANCE = 1e-11;

    private static final int MAX_STEPS = 200;
    private static final int MAX_HALVINGS = 40;
    private static final double LEAST_FACTOR = 0.25;
    private static final double GREATEST_FACTOR = 4;

    /** Armijo's constant: the part of the promised fall that a step must bring. */
    private static final double SUFFICIENT = 1e-4;

    @Override
    public double[] allocate(BandwidthDemand demand) {
        return GainingDevices.allocate(demand, SqpBandwidth::optimise);
    }

    private static double[] optimise(BandwidthDemand demand) {
        double[] shares = new EqualBandwidth().allocate(demand);
        for (int step = 0; step < MAX_STEPS; step++) {
            double delay = demand.delaySeconds(shares);
            EpigraphQp solution = linearise(demand, shares, delay);
            solution.solve();
            if (solution.epigraph() > -TOLERANCE) {
                break;
            }
            double[] next = walk(demand, shares, solution);
            if (demand.delaySeconds(next) >= delay) {
                break;
            }
            shares = next;
        }
        return shares;
    }

    /** Eq. (34) in relative terms: y = db / b and t = dtau / tau, so that all numbers are near one. */
    private static EpigraphQp linearise(BandwidthDemand demand, double[] shares, double delay) {
        int devices = demand.size();
        double[] curvature = new double[devices];
        double[] slope = new double[devices];
        double[] level = new double[devices];
        double[] weight = new double[devices];
        double[] lower = new double[devices];
        double[] upper = new double[devices];
        double multiplierSum = 0;
        double meanHz = demand.totalHz() / devices;
        for (int n = 0; n < devices; n++) {
            multiplierSum += shares[n] * (shares[n] / demand.workHzSeconds(n));
        }
        for (int n = 0; n < devices; n++) {
            slope[n] = demand.workHzSeconds(n) / shares[n] / delay;
            level[n] = demand.delaySeconds(n, shares[n]) / delay - 1;
            // lambda 2 V / b^3 with lambda = (b^2 / V) / sum, times b^2 / tau for the relative variables.
            curvature[n] = 2 * shares[n] / multiplierSum / delay;
            weight[n] = shares[n] / meanHz;
            lower[n] = Math.max(LEAST_FACTOR, demand.minimumHz() / shares[n]) - 1;
            upper[n] = Math.min(GREATEST_FACTOR, demand.capHz(n) / shares[n]) - 1;
        }
        return new EpigraphQp(curvature, slope, level, weight, lower, upper);
    }

    private static double[] walk(BandwidthDemand demand, double[] shares, EpigraphQp solution) {
        double delay = demand.delaySeconds(shares);
        double length = 1;
        double[] next = moved(demand, shares, solution, length);
        for (int halving = 0; halving < MAX_HALVINGS; halving++) {
            if (demand.delaySeconds(next) <= delay * (1 + SUFFICIENT * length * solution.epigraph())) {
                break;
            }
            length /= 2;
            next = moved(demand, shares, solution, length);
        }
        return next;
    }

    private static double[] moved(BandwidthDemand demand, double[] shares, EpigraphQp solution, double length) {
        double[] next = new double[shares.length];
        for (int n = 0; n < next.length; n++) {
            double share = shares[n] * (1 + length * solution.variable(n));
            next[n] = Math.max(demand.minimumHz(), Math.min(share, demand.capHz(n)));
        }
        return next;
    }
}
