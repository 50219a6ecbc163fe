package io.splittune.model;

import io.splittune.tensor.Ops;
import io.splittune.tensor.Tensor;

/**
 * A block of a LLaMA: {@code x + attention(norm(x))}, then {@code x + down(silu(gate(n)) up(n))} with
 * {@code n = norm(x)}; both norms divide by the root mean square.
 */
final class LlamaBlock implements Stage {
    private final String attentionNorm;
    private final String mlpNorm;
    private final String mlp;
    private final LlamaAttention attention;
    private final double epsilon;

    LlamaBlock(int index, LlamaConfig config) {
        String prefix = LlamaConfig.block(index);
        this.attentionNorm = prefix + "input_layernorm";
        this.mlpNorm = prefix + "post_attention_layernorm";
        this.mlp = prefix + "mlp.";
        this.attention = new LlamaAttention(index, config);
        this.epsilon = config.rmsNormEps();
    }

    @Override
    public Tensor forward(Tensor x, ForwardPass pass) {
        Tensor attended = x.add(attention.forward(pass.rmsNorm(attentionNorm, x, epsilon), pass)); // (B, T, D)
        Tensor normal = pass.rmsNorm(mlpNorm, attended, epsilon);
        Tensor gate = Ops.silu(pass.linear(mlp + "gate_proj", normal)); // (B, T, mlp width)
        Tensor hidden = gate.mul(pass.linear(mlp + "up_proj", normal));
        return attended.add(pass.linear(mlp + "down_proj", hidden)); // (B, T, D)
    }
}
