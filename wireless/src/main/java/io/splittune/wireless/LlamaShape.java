package io.splittune.wireless;

import io.splittune.core.Check;
import java.util.Set;

/**
 * A LLaMA decoder: token table, pre-norm blocks with grouped-query attention and a gated MLP, no biases, norm and
 * output matrix.
 *
 * @param name for messages
 * @param layers L
 * @param width D
 * @param heads A
 * @param keyValueHeads heads of keys and values, divides A
 * @param headWidth values of a head; usually D / A
 * @param mlpWidth M
 * @param vocabulary tokens in the table
 * @param tokens N, the sequence length of one sample
 * @param tiedEmbeddings whether the output matrix is the token table
 */
public record LlamaShape(
        String name,
        int layers,
        int width,
        int heads,
        int keyValueHeads,
        int headWidth,
        int mlpWidth,
        int vocabulary,
        int tokens,
        boolean tiedEmbeddings)
        implements ModelShape {
    /** Checks the sizes. */
    public LlamaShape {
        Check.positive(layers, "layers");
        Check.positive(width, "width");
        Check.positive(heads, "heads");
        Check.positive(keyValueHeads, "keyValueHeads");
        Check.positive(headWidth, "headWidth");
        Check.positive(mlpWidth, "mlpWidth");
        Check.positive(vocabulary, "vocabulary");
        Check.positive(tokens, "tokens");
        Check.require(
                heads % keyValueHeads == 0,
                "heads (%s) must be a multiple of keyValueHeads (%s).",
                heads,
                keyValueHeads);
    }

    private long queryWidth() {
        return (long) headWidth * heads;
    }

    private long keyValueWidth() {
        return (long) headWidth * keyValueHeads;
    }

    /** Weights of a block's linear layers. */
    private long linearParameters() {
        return 2L * width * queryWidth() + 2L * width * keyValueWidth() + 3L * width * mlpWidth;
    }

    @Override
    public long embeddingParameters() {
        return (long) vocabulary * width;
    }

    @Override
    public long deviceEmbeddingParameters() {
        return embeddingParameters();
    }

    @Override
    public long blockParameters() {
        return linearParameters() + 2L * width;
    }

    @Override
    public long headParameters() {
        return tiedEmbeddings ? width : width + (long) vocabulary * width;
    }

    @Override
    public long loraParametersPerBlock(int rank, Set<LoraTarget> targets) {
        Check.positive(rank, "rank");
        return rank * LoraWidths.sum(targets, width, queryWidth(), keyValueWidth(), mlpWidth);
    }

    @Override
    public long embeddingLoraParameters(int rank) {
        return 0;
    }

    @Override
    public long headLoraParameters(int rank) {
        return 0;
    }

    @Override
    public Set<LoraTarget> allLinear() {
        return LoraTarget.LLAMA_ALL;
    }

    @Override
    public double blockLinearFlops(int batch) {
        return 2.0 * batch * tokens * linearParameters();
    }

    /** The full square of scores: nothing is saved for the causal mask, as common kernels without fusion do. */
    @Override
    public double blockAttentionFlops(int batch) {
        return 4.0 * batch * tokens * tokens * queryWidth();
    }

    @Override
    public double embeddingForwardFlops(int batch) {
        return 0;
    }

    /** Logits of every token. */
    @Override
    public double headForwardFlops(int batch) {
        return 2.0 * batch * tokens * width * vocabulary;
    }

    @Override
    public long inputValuesPerSample() {
        return tokens;
    }

    /**
     * Norm1 in and out, norm2 in and out (4 D), rotated q and projection in, rotated k and v, gate, up, silu and product
     * (4 M), the softmax, and a scale for each of two norms. Counted the way the ViT's is; no measurement stands behind
     * it.
     */
    @Override
    public double blockSavedValues(int batch) {
        double rows = (double) batch * tokens;
        return rows
                * (4.0 * width
                        + 2.0 * queryWidth()
                        + 2.0 * keyValueWidth()
                        + 4.0 * mlpWidth
                        + (double) heads * tokens
                        + 2);
    }

    @Override
    public double headSavedValues(int batch) {
        return (double) batch * tokens * (width + 1.0 + vocabulary);
    }
}
