package io.splittune.training;

import io.splittune.tensor.Tensor;
import io.splittune.tensor.Tensors;
import io.splittune.training.data.Batch;
import io.splittune.training.data.ImageBatch;
import io.splittune.training.data.TokenBatch;

/** A batch as a tensor. */
public final class Inputs {
    /** Data sets give red, green and blue, grey replicated. */
    private static final int CHANNELS = 3;

    private Inputs() {}

    /** Returns pixels (B, C, H, W) in fp32, or token numbers (B, T) as integers, in the innermost scope. */
    public static Tensor of(Batch batch) {
        if (batch instanceof ImageBatch images) {
            return Tensors.of(images.pixels(), images.size(), CHANNELS, images.imageSize(), images.imageSize());
        }
        TokenBatch texts = (TokenBatch) batch;
        return Tensors.ofInts(texts.tokens()).reshape(texts.size(), texts.rowLength());
    }
}
