package io.splittune.model;

import io.splittune.core.Check;

/**
 * Whether a forward pass is for training (it records what backward needs and applies dropout) or for evaluation (it
 * records nothing and drops nothing).
 *
 * @param training whether gradients will be asked for
 * @param dropoutSeed where this pass' dropout masks start; every module derives its own from it and from its name, so
 *     masks depend neither on the cut nor on the order of passes; 0 in evaluation
 * @param recomputes whether backward computes each block anew instead of keeping what it needs of it: a third more work,
 *     the memory of one block instead of all; the results are the same
 */
public record ForwardMode(boolean training, long dropoutSeed, boolean recomputes) {
    private static final ForwardMode EVALUATION = new ForwardMode(false, 0, false);

    /** Checks that only training recomputes. */
    public ForwardMode {
        Check.require(training || !recomputes, "Evaluation keeps nothing, so it cannot recompute.");
    }

    /** Returns the mode of a training pass whose dropout masks come from {@code dropoutSeed}. */
    public static ForwardMode train(long dropoutSeed) {
        return new ForwardMode(true, dropoutSeed, false);
    }

    /** Returns the same training pass, computing each block anew in backward. */
    public ForwardMode recomputing() {
        return new ForwardMode(training, dropoutSeed, true);
    }

    /** Returns the mode that records no gradient and applies no dropout. */
    public static ForwardMode eval() {
        return EVALUATION;
    }
}
