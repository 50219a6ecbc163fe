package io.splittune.model;

/**
 * Whether a forward pass is for training (it records what backward needs and applies dropout) or for evaluation (it
 * records nothing and drops nothing).
 *
 * @param training whether gradients will be asked for
 * @param dropoutSeed where this pass' dropout masks start; every module derives its own from it and from its name, so
 *     masks depend neither on the cut nor on the order of passes; 0 in evaluation
 */
public record ForwardMode(boolean training, long dropoutSeed) {
    private static final ForwardMode EVALUATION = new ForwardMode(false, 0);

    /** Returns the mode of a training pass whose dropout masks come from {@code dropoutSeed}. */
    public static ForwardMode train(long dropoutSeed) {
        return new ForwardMode(true, dropoutSeed);
    }

    /** Returns the mode that records no gradient and applies no dropout. */
    public static ForwardMode eval() {
        return EVALUATION;
    }
}
