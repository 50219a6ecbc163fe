package io.splittune.model;

import io.splittune.tensor.Tensor;

/** The final norm and the classifier on the class token: hidden (B, T, D) to logits (B, classes). */
final class ClassificationHead implements Stage {
    private final double epsilon;

    ClassificationHead(VitConfig config) {
        this.epsilon = config.layerNormEps();
    }

    @Override
    public Tensor forward(Tensor x, ForwardPass pass) {
        Tensor classToken = x.select(1, 0); // (B, D); the norm acts on each token alone, so the others need none
        return pass.linear("head", pass.layerNorm("norm", classToken, epsilon)); // (B, classes)
    }
}
