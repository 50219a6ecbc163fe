package io.splittune.planner;

/**
 * SFT Algorithm 2: multipliers for accuracy and memory, the cut and the grid of (rho, E) exhaustively.
 *
 * <p>Deviations from the print. Eq. (30) adds {@code lambda g} and maximises, with {@code lambda + mu g}: that
 * rewards violation and the longest delay. Here the Lagrangian {@code tau - lambda g} is minimised and {@code lambda
 * <- max(0, lambda - mu g)}. On a grid that alone can leave a duality gap; the abstract says "augmented", so each
 * constraint enters as {@code (c/2) max(0, lambda/c - g)^2 - lambda^2/(2c)} with mu = c, and c doubles. The print
 * stops when the Lagrangian changes little; here it stops at a feasible point whose penalty terms vanish, which
 * proves the optimum: for every feasible point they are at most 0, so no feasible point has a smaller delay. The
 * limits of rho, E and l are the grid's own and need no multiplier; the devices' memories enter as the tightest of
 * them, relative to its size.
 */
final class AugmentedLagrangian {
    /** Of the delay: what the penalty may still be at the end. */
    private static final double TOLERANCE = 1e-12;

    /** Far above what any violation in double precision needs, since the penalty doubles each time. */
    private static final int MAX_ITERATIONS = 500;

    private final double[][] delaySeconds;
    private final double[] memorySlack;
    private final double[] accuracySlack;

    /**
     * Takes the grid.
     *
     * @param delaySeconds tau by cut and option, positive
     * @param memorySlack g of memory by cut; feasible where not negative
     * @param accuracySlack g of accuracy by option; feasible where not negative
     */
    AugmentedLagrangian(double[][] delaySeconds, double[] memorySlack, double[] accuracySlack) {
        this.delaySeconds = delaySeconds;
        this.memorySlack = memorySlack;
        this.accuracySlack = accuracySlack;
    }

    /** A point of the grid, by its indices. */
    record Cell(int cut, int option) {}

    /**
     * Returns the feasible point of the least delay.
     *
     * @throws IllegalStateException if no point is feasible
     */
    Cell minimise() {
        double accuracyMultiplier = 0;
        double memoryMultiplier = 0;
        double penalty = delaySeconds[0][0];
        for (int iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
            Cell best = leastLagrangian(accuracyMultiplier, memoryMultiplier, penalty);
            double accuracy = accuracySlack[best.option()];
            double memory = memorySlack[best.cut()];
            double terms = term(accuracyMultiplier, penalty, accuracy) + term(memoryMultiplier, penalty, memory);
            if (accuracy >= 0 && memory >= 0 && -terms <= TOLERANCE * delaySeconds[best.cut()][best.option()]) {
                return best;
            }
            accuracyMultiplier = Math.max(0, accuracyMultiplier - penalty * accuracy);
            memoryMultiplier = Math.max(0, memoryMultiplier - penalty * memory);
            penalty *= 2;
        }
        throw new IllegalStateException("No cut and compression keep accuracy and memory; check before solving.");
    }

    private Cell leastLagrangian(double accuracyMultiplier, double memoryMultiplier, double penalty) {
        Cell best = new Cell(0, 0);
        double least = Double.POSITIVE_INFINITY;
        for (int cut = 0; cut < delaySeconds.length; cut++) {
            double memoryTerm = term(memoryMultiplier, penalty, memorySlack[cut]);
            for (int option = 0; option < delaySeconds[cut].length; option++) {
                double value = delaySeconds[cut][option]
                        + memoryTerm
                        + term(accuracyMultiplier, penalty, accuracySlack[option]);
                if (value < least) {
                    least = value;
                    best = new Cell(cut, option);
                }
            }
        }
        return best;
    }

    /** (c/2) max(0, lambda/c - g)^2 - lambda^2/(2c), without the cancellation. */
    private static double term(double multiplier, double penalty, double slack) {
        return multiplier > penalty * slack
                ? slack * (penalty * slack / 2 - multiplier)
                : -multiplier / 2 * (multiplier / penalty);
    }
}
