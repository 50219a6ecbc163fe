package io.splittune.model;

import io.splittune.tensor.Ops;
import io.splittune.tensor.Tensor;

/** The feed-forward part of a block: linear, exact GELU, linear. */
final class Mlp implements Stage {
    private final String fc1;
    private final String fc2;

    Mlp(String prefix) {
        this.fc1 = prefix + "fc1";
        this.fc2 = prefix + "fc2";
    }

    @Override
    public Tensor forward(Tensor x, ForwardPass pass) {
        return pass.linear(fc2, Ops.gelu(pass.linear(fc1, x)));
    }
}
