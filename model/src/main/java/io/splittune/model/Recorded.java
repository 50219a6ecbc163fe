package io.splittune.model;

import io.splittune.tensor.Tensor;

/**
 * A forward pass whose backward pass is still to come; see {@link TransformerHalf#record}.
 *
 * <p>It lives in the scope that was innermost when it was made. Confined to one thread.
 */
public sealed interface Recorded permits WholeRecording, BlockwiseRecording {
    /** Returns what the pass gave, as {@link TransformerHalf#forward(Tensor)} does; owned by the scope. */
    Tensor output();

    /** Returns whether anything would get a gradient: a trainable tensor of the part, or its input. */
    boolean hasGradients();

    /**
     * Adds the gradients of a scalar to the trainables', and to the input's if that requires one. Does nothing when there
     * are none. Once for each pass.
     *
     * @param outer the scalar's gradient with respect to {@link #output}, of its shape
     */
    void backward(Tensor outer);
}
