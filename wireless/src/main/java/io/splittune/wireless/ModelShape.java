package io.splittune.wireless;

import java.util.Set;

/**
 * The sizes of a transformer that costs are computed from.
 *
 * <p>Symbols: B batch, N tokens, D width, A heads, L layers, M width of the MLP, r rank. Operations are floating-point
 * operations, a multiply and an add count as two. All implementations are immutable records.
 */
public sealed interface ModelShape permits VitShape, LlamaShape, SlicedShape {
    /** Returns the name, for messages. */
    String name();

    /** Returns L, the blocks that a cut can fall between; cuts are 1 to L-1. */
    int layers();

    /** Returns D. */
    int width();

    /** Returns N, the tokens of one sample, a class token included. */
    int tokens();

    /** Returns A. */
    int heads();

    /** Returns M. */
    int mlpWidth();

    /** Returns the values of the whole embedding. */
    long embeddingParameters();

    /**
     * Returns the embedding's values that are counted in the device's memory: SFT's Table III leaves a ViT's position
     * table out (0.6 MiB of 141), everything else of the embedding is in.
     */
    long deviceEmbeddingParameters();

    /** Returns the values of one block, norms and biases included. */
    long blockParameters();

    /** Returns the values after the last block: norm and classifier; a tied matrix counts in the embedding. */
    long headParameters();

    /**
     * Returns the values of one block's LoRA pairs.
     *
     * @param rank r, positive
     * @param targets the layers that carry a pair
     * @throws IllegalArgumentException if this model has no such layer, or one is named twice (fused and alone)
     */
    long loraParametersPerBlock(int rank, Set<LoraTarget> targets);

    /** Returns the LoRA values on the embedding when the whole model is tuned on a device; 0 if it carries none. */
    long embeddingLoraParameters(int rank);

    /** Returns the LoRA values on the classifier when the whole model is tuned on a device; 0 if it carries none. */
    long headLoraParameters(int rank);

    /** Returns all linear layers of a block: what LoRA sits on when nothing else is said. */
    Set<LoraTarget> allLinear();

    /** Returns a block's forward operations in products with weights: 24 B N D^2 for a ViT. */
    double blockLinearFlops(int batch);

    /** Returns a block's forward operations in products of activations: 4 B N^2 D for a ViT. */
    double blockAttentionFlops(int batch);

    /** Returns a block's forward operations, LoRA left out. */
    default double blockForwardFlops(int batch) {
        return blockLinearFlops(batch) + blockAttentionFlops(batch);
    }

    /** Returns the embedding's forward operations; 0 for a table. */
    double embeddingForwardFlops(int batch);

    /** Returns the classifier's forward operations. */
    double headForwardFlops(int batch);

    /** Returns the values of one input: pixels, or token ids. */
    long inputValuesPerSample();

    /** Returns the values that a block's forward pass keeps for its backward pass, attention unfused. */
    double blockSavedValues(int batch);

    /** Returns the values that final norm, classifier and loss keep for their backward pass. */
    double headSavedValues(int batch);

    /** Returns the values of the whole model. */
    default long totalParameters() {
        return Math.addExact(
                Math.addExact(embeddingParameters(), headParameters()),
                Math.multiplyExact((long) layers(), blockParameters()));
    }
}
