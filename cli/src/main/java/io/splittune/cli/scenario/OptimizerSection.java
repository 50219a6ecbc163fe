package io.splittune.cli.scenario;

import java.util.Optional;

/**
 * Update rule of what is trained.
 *
 * @param kind sgd or adamw
 * @param learningRate of the first round
 * @param fullLearningRate of the first round where all weights are trained
 * @param momentum of sgd
 * @param weightDecay L2 for sgd, decoupled for adamw
 * @param decay factor on the learning rate from round to round
 * @param schedule what else changes the learning rate
 * @param warmupRounds in which the learning rate rises
 * @param clipNorm limit of the gradient's norm
 */
public record OptimizerSection(
        @Key(value = "sgd: with momentum; adamw: betas 0.9 and 0.999, epsilon 1e-8.", byDefault = "sgd")
        Kind kind,

        @Key(value = "Learning rate of the first round.", byDefault = "0.01", above = 0)
        double learningRate,

        @Key(
                value = "The same for schemes that train all weights, which bear less than adapters do; left out: "
                        + "learningRate.",
                above = 0)
        Optional<Double> fullLearningRate,

        @Key(value = "Momentum of sgd.", byDefault = "0.9", min = 0, below = 1)
        double momentum,

        @Key(value = "Weight decay: L2 for sgd, decoupled for adamw.", byDefault = "0", min = 0)
        double weightDecay,

        @Key(value = "Factor on the learning rate from one round to the next.", byDefault = "0.998", above = 0, max = 1)
        double decay,

        @Key(value = "constant, or cosine: half a cosine down to zero at the last round's end.", byDefault = "constant")
        Schedule schedule,

        @Key(
                value = "Rounds, or parts of one, in which the learning rate rises from zero, step by step.",
                byDefault = "0",
                min = 0)
        double warmupRounds,

        @Key(
                value = "Greatest norm of a batch's gradient over device and server together; a greater one is scaled"
                        + " down to it. Left out: no limit.",
                above = 0)
        Optional<Double> clipNorm) {
    /** What else changes the learning rate. */
    public enum Schedule {
        /** Nothing. */
        CONSTANT,
        /** It falls as half a cosine. */
        COSINE
    }

    /** Update rules. */
    public enum Kind {
        /** Stochastic gradient descent with momentum. */
        SGD,
        /** Adam with decoupled weight decay. */
        ADAMW
    }
}
