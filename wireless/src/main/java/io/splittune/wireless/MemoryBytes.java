package io.splittune.wireless;

import io.splittune.core.Check;

/**
 * Memory of a training device by what it is for, in bytes: the rows of SFT's Table III, and gradients, which it has
 * not.
 *
 * @param input the samples held
 * @param model frozen weights and adapters
 * @param optimizer the optimiser's states
 * @param gradients of the trained values
 * @param activations kept for the backward pass, with its temporaries
 */
public record MemoryBytes(double input, double model, double optimizer, double gradients, double activations) {
    /** Checks that nothing is negative. */
    public MemoryBytes {
        Check.notNegative(input, "input");
        Check.notNegative(model, "model");
        Check.notNegative(optimizer, "optimizer");
        Check.notNegative(gradients, "gradients");
        Check.notNegative(activations, "activations");
    }

    /** Returns the total as Table III defines it: all but gradients. */
    public double total() {
        return input + model + optimizer + activations;
    }

    /** Returns the total with gradients. */
    public double totalWithGradients() {
        return total() + gradients;
    }
}
