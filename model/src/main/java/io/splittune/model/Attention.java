package io.splittune.model;

import io.splittune.tensor.Ops;
import io.splittune.tensor.Tensor;

/**
 * Multi-head self-attention with one fused projection to queries, keys and values, as in timm's ViT.
 *
 * <p>B batch, T tokens, D width, H heads, d = D / H.
 */
final class Attention implements Stage {
    private final String qkv;
    private final String proj;
    private final int heads;

    Attention(String prefix, VitConfig config) {
        this.qkv = prefix + "qkv";
        this.proj = prefix + "proj";
        this.heads = config.heads();
    }

    @Override
    public Tensor forward(Tensor x, ForwardPass pass) {
        long batch = x.size(0);
        long tokens = x.size(1);
        long width = x.size(2);
        long headWidth = width / heads;
        Tensor fused = pass.linear(qkv, x) // (B, T, 3D)
                .reshape(batch, tokens, 3, heads, headWidth)
                .permute(2, 0, 3, 1, 4) // (3, B, H, T, d)
                .contiguous(); // one copy here spares each product one, forward and backward
        Tensor mixed = Ops.attention(
                fused.select(0, 0),
                fused.select(0, 1),
                fused.select(0, 2),
                1 / Math.sqrt((double) headWidth)); // (B, H, T, d)
        return pass.linear(proj, mixed.transpose(1, 2).reshape(batch, tokens, width)); // (B, T, D)
    }
}
