package io.splittune.model;

import io.splittune.tensor.AttentionKernel;
import io.splittune.tensor.Ops;
import io.splittune.tensor.Tensor;

/**
 * Causal attention with rotary positions whose query heads share heads of keys and values in groups.
 *
 * <p>The queries of a group stand one after the other, as if they were further tokens of the one head that they share:
 * so keys and values are never copied for them.
 *
 * <p>B batch, T tokens, D width, K heads of keys and values, G query heads of each, d head width, S tokens seen.
 */
final class LlamaAttention implements Stage {
    private final String prefix;
    private final int block;
    private final long keyValueHeads;
    private final long group;
    private final long headWidth;

    LlamaAttention(int block, LlamaConfig config) {
        this.prefix = LlamaConfig.block(block) + "self_attn.";
        this.block = block;
        this.keyValueHeads = config.keyValueHeads();
        this.group = config.heads() / config.keyValueHeads();
        this.headWidth = config.headWidth();
    }

    @Override
    public Tensor forward(Tensor x, ForwardPass pass) {
        long batch = x.size(0);
        long tokens = x.size(1);
        Sequence sequence = pass.sequence();
        Tensor query = sequence.rotate(pass.linear(prefix + "q_proj", x)
                .reshape(batch, tokens, keyValueHeads, group, headWidth)
                .permute(0, 2, 3, 1, 4)); // (B, K, G, T, d)
        Tensor key = sequence.rotate(heads(pass.linear(prefix + "k_proj", x))); // (B, K, T, d)
        Tensor value = heads(pass.linear(prefix + "v_proj", x)).contiguous(); // (B, K, T, d)
        Tensor keys = sequence.keys(block, key); // (B, K, S, d)
        Tensor values = sequence.values(block, value);
        Tensor mixed = Ops.attention(
                query.reshape(batch, keyValueHeads, group * tokens, headWidth),
                keys,
                values,
                1 / Math.sqrt((double) headWidth),
                sequence.mask(),
                AttentionKernel.fastest(x.dtype(), keys.size(2))); // (B, K, G T, d)
        Tensor joined = mixed.reshape(batch, keyValueHeads, group, tokens, headWidth)
                .permute(0, 3, 1, 2, 4) // (B, T, K, G, d)
                .reshape(batch, tokens, keyValueHeads * group * headWidth);
        return pass.linear(prefix + "o_proj", joined); // (B, T, D)
    }

    private Tensor heads(Tensor x) {
        return x.reshape(x.size(0), x.size(1), keyValueHeads, headWidth).transpose(1, 2);
    }
}
