package io.splittune.training;

import io.splittune.core.Check;
import java.util.List;

/**
 * What the optimiser of each adapter set does.
 *
 * @param kind update rule
 * @param learningRate the highest rate, positive
 * @param momentum SGD's momentum in [0, 1); unused by AdamW
 * @param weightDecay decoupled for AdamW, added to the gradient for SGD; not negative
 * @param decayPerRound factor on the learning rate from one round to the next, in (0, 1]
 * @param schedule what else changes the rate
 * @param clipNorm the greatest norm of a batch's mean gradient over both halves, to which a greater one is scaled down, as
 *     {@code torch.nn.utils.clip_grad_norm_} does; infinite for no limit
 */
public record OptimizerConfig(
        Kind kind,
        double learningRate,
        double momentum,
        double weightDecay,
        double decayPerRound,
        Schedule schedule,
        double clipNorm) {
    /** PyTorch adds it to the norm that it divides by. */
    private static final double CLIP_EPSILON = 1e-6;

    /** Update rules, each equal to PyTorch's. */
    public enum Kind {
        /** Stochastic gradient descent with momentum. */
        SGD,
        /** Adam with decoupled weight decay, betas (0.9, 0.999), eps 1e-8. */
        ADAMW
    }

    /**
     * How the learning rate goes over a run, beside its decay from round to round.
     *
     * @param warmupRounds rounds, or parts of one, in which it rises linearly from zero; not negative
     * @param cosine whether it then falls to zero at the run's end, as half a cosine
     */
    public record Schedule(double warmupRounds, boolean cosine) {
        /** Neither rises nor falls. */
        public static final Schedule CONSTANT = new Schedule(0, false);

        /** Validates. */
        public Schedule {
            Check.notNegative(warmupRounds, "warmupRounds");
        }

        /**
         * Returns the factor on the learning rate of a step.
         *
         * @param start rounds that were done before the step
         * @param end rounds that are done after it
         * @param rounds of the whole run
         */
        double factor(double start, double end, double rounds) {
            if (end < warmupRounds) {
                return end / warmupRounds;
            }
            if (!cosine || rounds <= warmupRounds) {
                return 1;
            }
            double done = Math.max(0, start - warmupRounds) / (rounds - warmupRounds);
            return 0.5 * (1 + Math.cos(Math.PI * Math.min(1, done)));
        }
    }

    /** Validates. */
    public OptimizerConfig {
        Check.positive(learningRate, "learningRate");
        Check.inRange(momentum, 0, 1, "momentum");
        Check.notNegative(weightDecay, "weightDecay");
        Check.inRange(decayPerRound, 0, 1, "decayPerRound");
        Check.positive(decayPerRound, "decayPerRound");
        Check.require(clipNorm > 0, "clipNorm (%s) must be > 0.", clipNorm);
    }

    /** An optimiser without warm-up, cosine and limit of the gradient. */
    public OptimizerConfig(Kind kind, double learningRate, double momentum, double weightDecay, double decayPerRound) {
        this(kind, learningRate, momentum, weightDecay, decayPerRound, Schedule.CONSTANT, Double.POSITIVE_INFINITY);
    }

    /** Returns the names of the running values that the optimiser keeps beside each parameter, as its state has them. */
    List<String> moments() {
        return switch (kind) {
            case SGD -> momentum == 0 ? List.of() : List.of("momentum_buffer");
            case ADAMW -> List.of("exp_avg", "exp_avg_sq");
        };
    }

    /** Returns whether the norm of gradients is limited, for which both halves need to know of each other's. */
    boolean clips() {
        return clipNorm < Double.POSITIVE_INFINITY;
    }

    /**
     * Returns the factor on a batch's gradient.
     *
     * @param squaredNorm of the whole mean gradient
     */
    double clipFactor(double squaredNorm) {
        return clips() ? Math.min(1, clipNorm / (Math.sqrt(squaredNorm) + CLIP_EPSILON)) : 1;
    }
}
