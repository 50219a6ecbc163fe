package io.splittune.model;

import io.splittune.tensor.Ops;
import io.splittune.tensor.Tensor;

/**
 * The final norm and the map to words or classes, each token alone: hidden (..., D) to logits (..., outputs). The matrix
 * is a trained one, else the frozen one, which a tied model shares with its embedding.
 */
final class LlamaHead implements Stage {
    private final String matrix;
    private final String own;
    private final double epsilon;

    LlamaHead(LlamaConfig config) {
        this.own = config.headModule() + ".weight";
        this.matrix = config.headMatrix();
        this.epsilon = config.rmsNormEps();
    }

    @Override
    public Tensor forward(Tensor x, ForwardPass pass) {
        Tensor weight = pass.find(own).orElseGet(() -> pass.weight(matrix));
        return Ops.linear(pass.rmsNorm(LlamaConfig.NORM, x, epsilon), weight);
    }
}
