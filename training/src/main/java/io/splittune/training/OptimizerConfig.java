package io.splittune.training;

import io.splittune.core.Check;
import java.util.List;

/**
 * What the optimiser of each adapter set does.
 *
 * @param kind update rule
 * @param learningRate rate of round 1, positive
 * @param momentum SGD's momentum in [0, 1); unused by AdamW
 * @param weightDecay decoupled for AdamW, added to the gradient for SGD; not negative
 * @param decayPerRound factor on the learning rate from one round to the next, in (0, 1]
 */
public record OptimizerConfig(
        Kind kind, double learningRate, double momentum, double weightDecay, double decayPerRound) {
    /** Update rules, each equal to PyTorch's. */
    public enum Kind {
        /** Stochastic gradient descent with momentum. */
        SGD,
        /** Adam with decoupled weight decay, betas (0.9, 0.999), eps 1e-8. */
        ADAMW
    }

    /** Validates. */
    public OptimizerConfig {
        Check.positive(learningRate, "learningRate");
        Check.inRange(momentum, 0, 1, "momentum");
        Check.notNegative(weightDecay, "weightDecay");
        Check.inRange(decayPerRound, 0, 1, "decayPerRound");
        Check.positive(decayPerRound, "decayPerRound");
    }

    /** Returns the names of the running values that the optimiser keeps beside each parameter, as its state has them. */
    List<String> moments() {
        return switch (kind) {
            case SGD -> momentum == 0 ? List.of() : List.of("momentum_buffer");
            case ADAMW -> List.of("exp_avg", "exp_avg_sq");
        };
    }

    /**
     * Returns the learning rate of a round.
     *
     * @param round from 1
     */
    public double learningRateIn(int round) {
        return learningRate * Math.pow(decayPerRound, round - 1);
    }
}
