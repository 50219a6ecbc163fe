package io.splittune.model;

import io.splittune.tensor.Tensor;

/** A pre-norm transformer block: {@code x + attention(norm1(x))}, then {@code x + mlp(norm2(x))}. */
final class Block implements Stage {
    private final String norm1;
    private final String norm2;
    private final Attention attention;
    private final Mlp mlp;
    private final double epsilon;

    Block(int index, VitConfig config) {
        String prefix = "blocks." + index + ".";
        this.norm1 = prefix + "norm1";
        this.norm2 = prefix + "norm2";
        this.attention = new Attention(prefix + "attn.", config);
        this.mlp = new Mlp(prefix + "mlp.");
        this.epsilon = config.layerNormEps();
    }

    @Override
    public Tensor forward(Tensor x, ForwardPass pass) {
        Tensor attended = x.add(attention.forward(pass.layerNorm(norm1, x, epsilon), pass)); // (B, T, D)
        return attended.add(mlp.forward(pass.layerNorm(norm2, attended, epsilon), pass)); // (B, T, D)
    }
}
