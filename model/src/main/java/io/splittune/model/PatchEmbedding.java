package io.splittune.model;

import io.splittune.tensor.Tensor;
import io.splittune.tensor.Tensors;
import java.util.List;

/**
 * Pixels to tokens: one linear map of each patch (the convolution whose stride is its kernel), the class token in
 * front, learned positions added.
 *
 * <p>B batch, C channels, S image size, P patch size, G = S / P patches a side, T = 1 + G G tokens, D width.
 */
final class PatchEmbedding implements Stage {
    private final VitConfig config;

    PatchEmbedding(VitConfig config) {
        this.config = config;
    }

    @Override
    public Tensor forward(Tensor pixels, ForwardPass pass) {
        long batch = pixels.size(0);
        long channels = config.channels();
        long patch = config.patchSize();
        long side = config.imageSize() / config.patchSize();
        Tensor patches = pixels.reshape(batch, channels, side, patch, side, patch)
                .permute(0, 2, 4, 1, 3, 5) // (B, G, G, C, P, P)
                .reshape(batch, side * side, channels * patch * patch);
        Tensor embedded = pass.linear("patch_embed.proj", patches); // (B, G G, D)
        Tensor classToken = pass.weight("cls_token").expand(batch, 1, config.width());
        return Tensors.cat(List.of(classToken, embedded), 1).add(pass.weight("pos_embed")); // (B, T, D)
    }
}
