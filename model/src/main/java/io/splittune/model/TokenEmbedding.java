package io.splittune.model;

import io.splittune.tensor.Ops;
import io.splittune.tensor.Tensor;

/** Token numbers (B, T) to their rows of the embedding's matrix: (B, T, D). */
final class TokenEmbedding implements Stage {
    @Override
    public Tensor forward(Tensor tokens, ForwardPass pass) {
        return Ops.embedding(pass.weight(LlamaConfig.EMBEDDING), tokens);
    }
}
