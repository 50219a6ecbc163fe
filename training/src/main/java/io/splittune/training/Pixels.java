package io.splittune.training;

import io.splittune.tensor.Tensor;
import io.splittune.tensor.Tensors;
import io.splittune.training.data.Batch;

/** A batch as a tensor. */
final class Pixels {
    /** Data sets give red, green and blue, grey replicated. */
    private static final int CHANNELS = 3;

    private Pixels() {}

    /** Returns (B, C, H, W) in fp32, in the innermost scope. */
    static Tensor of(Batch batch) {
        return Tensors.of(batch.pixels(), batch.size(), CHANNELS, batch.imageSize(), batch.imageSize());
    }
}
