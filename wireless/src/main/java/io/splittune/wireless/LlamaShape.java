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
 * @param heads A, divides D
 * @param keyValueHeads heads of keys and values, divides A
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
        Check.positive(mlpWidth, "mlpWidth");
        Check.positive(vocabulary, "vocabulary");
        Check.positive(tokens, "tokens");
        Check.require(width % heads == 0, "width (%s) must be a multiple of heads (%s).", width, heads);
        Check.require(
                heads % keyValueHeads == 0,
                "heads (%s) must be a multiple of keyValueHeads (%s).",
                heads,
                keyValueHeads);
    }

    private long keyValueWidth() {
        return (long) width / heads * keyValueHeads;
    }

    /** Weights of a block's linear layers. */
    private long linearParameters() {
        return 2L * width * width + 2L * width * keyValueWidth() + 3L * width * mlpWidth;
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
        return rank * LoraWidths.sum(targets, width, keyValueWidth(), mlpWidth);
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
        return 4.0 * batch * tokens * tokens * width;
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
     * Norm1 in and out, rotated q, projection in, norm2 in and out (6 D), rotated k and v, gate, up, silu and product
     * (4 M), the softmax, and a scale for each of two norms. Counted the way the ViT's is; no measurement stands behind
     * it.
     */
    @Override
    public double blockSavedValues(int batch) {
        double rows = (double) batch * tokens;
        return rows * (6.0 * width + 2.0 * keyValueWidth() + 4.0 * mlpWidth + (double) heads * tokens + 2);
    }

    @Override
    public double headSavedValues(int batch) {
        return (double) batch * tokens * (width + 1.0 + vocabulary);
    }
}
