package io.splittune.planner;

import io.splittune.core.Check;
import java.util.List;

/**
 * An upper bound on how far SFLAM's loss is from the optimum after some steps: Theorem 1, eq. (34).
 *
 * <p>Reconstructed: the paper's formula is lost in the text we have. This is the bound of federated averaging on
 * unequal data (Li et al., ICLR 2020, Theorem 1) with the quantised gradients of Lemmas 2 and 3 in the place of the
 * exact ones, and a term of ours for devices that take part with a probability. Its constants are not the paper's. What
 * the paper uses of its own, it has: it falls in every q_n, and as 1 / T. It compares settings; it predicts no accuracy.
 *
 * @param smoothness L, positive
 * @param strongConvexity mu, in (0, L]
 * @param squaredGradientBound G^2, not negative
 * @param curvature L_a, how fast gradients change with the activation, not negative
 * @param activationValues d, positive
 * @param activationRange a_max - a_min of the absolute values, not negative
 * @param localSteps E, positive
 * @param heterogeneity Gamma, the optimum's loss above the devices' own, not negative
 * @param squaredStartDistance of the first weights from the optimum, not negative
 */
public record Theorem1Bound(
        double smoothness,
        double strongConvexity,
        double squaredGradientBound,
        double curvature,
        double activationValues,
        double activationRange,
        int localSteps,
        double heterogeneity,
        double squaredStartDistance) {
    /** Checks the ranges. */
    public Theorem1Bound {
        Check.positive(smoothness, "smoothness");
        Check.require(
                strongConvexity > 0 && strongConvexity <= smoothness,
                "strongConvexity (%s) must lie in (0, smoothness (%s)].",
                strongConvexity,
                smoothness);
        Check.notNegative(squaredGradientBound, "squaredGradientBound");
        Check.notNegative(curvature, "curvature");
        Check.positive(activationValues, "activationValues");
        Check.notNegative(activationRange, "activationRange");
        Check.positive(localSteps, "localSteps");
        Check.notNegative(heterogeneity, "heterogeneity");
        Check.notNegative(squaredStartDistance, "squaredStartDistance");
    }

    /**
     * A device in the bound.
     *
     * @param share a_n, in (0, 1]
     * @param gradientVariance sigma_n^2, not negative
     * @param bits q_n, positive
     * @param participation p_n, in (0, 1]
     */
    public record Term(double share, double gradientVariance, int bits, double participation) {
        /** Checks the ranges. */
        public Term {
            Check.require(share > 0 && share <= 1, "share (%s) must lie in (0, 1].", share);
            Check.notNegative(gradientVariance, "gradientVariance");
            Check.positive(bits, "bits");
            Check.require(
                    participation > 0 && participation <= 1, "participation (%s) must lie in (0, 1].", participation);
        }
    }

    /**
     * Returns the error that q bits add to a gradient: {@code L_a^2 d (a_max - a_min)^2 / (4 (2^q - 1)^2)}, Lemmas 1
     * to 3.
     *
     * @param bits q, positive
     */
    public double quantisationError(int bits) {
        double levels = Math.pow(2, Check.positive(bits, "bits")) - 1;
        double step = activationRange / levels;
        return curvature * curvature * activationValues * step * step / 4;
    }

    /**
     * Returns the bound on E[F(w_T)] - F*.
     *
     * @param terms the devices, at least one
     * @param steps T, of stochastic gradient descent, positive
     */
    public double gap(List<Term> terms, long steps) {
        Check.require(!terms.isEmpty(), "A bound needs at least one device.");
        Check.positive(steps, "steps");
        double worst = terms.stream()
                .mapToDouble(term -> quantisationError(term.bits()))
                .max()
                .orElseThrow();
        double squaredGradient = squaredGradientBound + worst;
        double variance = 0;
        double absence = 0;
        for (Term term : terms) {
            double squaredShare = term.share() * term.share();
            variance += squaredShare * (term.gradientVariance() + quantisationError(term.bits()));
            absence += squaredShare * (1 - term.participation()) / term.participation();
        }
        double drift = 8.0 * (localSteps - 1) * (localSteps - 1) * squaredGradient;
        double noise = variance + 6 * smoothness * heterogeneity + drift;
        double missing = 4.0 * localSteps * localSteps * squaredGradient * absence;
        double condition = smoothness / strongConvexity;
        double offset = Math.max(8 * condition, localSteps);
        return condition
                / (offset + steps - 1)
                * (2 * (noise + missing) / strongConvexity + strongConvexity * offset / 2 * squaredStartDistance);
    }
}
