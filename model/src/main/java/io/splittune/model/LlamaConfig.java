package io.splittune.model;

import io.splittune.core.Check;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The shape of a LLaMA: token embedding, pre-norm blocks with RMSNorm, rotary positions, grouped-query attention and
 * SwiGLU, and a head that gives the next word (or a class).
 *
 * <p>Canonical tensor names are those of Hugging Face's {@code LlamaForCausalLM}.
 *
 * @param vocabulary rows of the token embedding
 * @param tokens the most that a sample may have
 * @param width features of a token (D)
 * @param depth number of blocks (L)
 * @param heads query heads
 * @param keyValueHeads heads of keys and values; divides {@code heads}
 * @param headWidth features of a head, even
 * @param mlpWidth hidden features of the feed-forward part
 * @param rmsNormEps epsilon of every RMSNorm
 * @param rope rotary positions
 * @param queryKeyValueBias whether q_proj, k_proj and v_proj have biases (Qwen2 does)
 * @param outputBias whether o_proj has a bias
 * @param mlpBias whether gate_proj, up_proj and down_proj have biases
 * @param tiedHead whether the head is the token embedding's matrix
 * @param classes rows of a classifier ({@code score}) in place of the word head; 0 for a language model
 * @param labels one per class in order, or empty
 * @param startToken what a text starts with, or -1
 * @param endTokens each of them ends a text; may be empty
 */
public record LlamaConfig(
        int vocabulary,
        int tokens,
        int width,
        int depth,
        int heads,
        int keyValueHeads,
        int headWidth,
        int mlpWidth,
        double rmsNormEps,
        Rope rope,
        boolean queryKeyValueBias,
        boolean outputBias,
        boolean mlpBias,
        boolean tiedHead,
        int classes,
        List<String> labels,
        int startToken,
        List<Integer> endTokens)
        implements ModelConfig {
    /** The token embedding's matrix. */
    static final String EMBEDDING = "model.embed_tokens.weight";

    /** The last norm. */
    static final String NORM = "model.norm";

    /** The module that gives words. */
    static final String WORD_HEAD = "lm_head";

    /** The module that gives classes. */
    static final String CLASS_HEAD = "score";

    /** Checks that the parts fit each other and copies the lists. */
    public LlamaConfig {
        Check.positive(vocabulary, "vocabulary");
        Check.positive(tokens, "tokens");
        Check.positive(width, "width");
        Check.positive(depth, "depth");
        Check.positive(heads, "heads");
        Check.positive(keyValueHeads, "keyValueHeads");
        Check.require(
                heads % keyValueHeads == 0,
                "heads (%s) must be a multiple of keyValueHeads (%s).",
                heads,
                keyValueHeads);
        Check.require(headWidth > 0 && headWidth % 2 == 0, "headWidth (%s) must be even and > 0.", headWidth);
        Check.positive(mlpWidth, "mlpWidth");
        Check.positive(rmsNormEps, "rmsNormEps");
        Check.notNegative(classes, "classes");
        labels = List.copyOf(labels);
        endTokens = List.copyOf(endTokens);
        Check.require(
                labels.isEmpty() || labels.size() == classes,
                "There are %s labels for %s classes.",
                labels.size(),
                classes);
    }

    /**
     * Returns the same model for shorter samples.
     *
     * @param newTokens the most that a sample may have, at most {@link #tokens}
     */
    public LlamaConfig withTokens(int newTokens) {
        Check.inRange(newTokens, 1, tokens, "tokens");
        return with(newTokens, classes, labels);
    }

    @Override
    public LlamaConfig withClasses(int newClasses, List<String> newLabels) {
        return with(tokens, Check.positive(newClasses, "classes"), newLabels);
    }

    private LlamaConfig with(int newTokens, int newClasses, List<String> newLabels) {
        return new LlamaConfig(
                vocabulary,
                newTokens,
                width,
                depth,
                heads,
                keyValueHeads,
                headWidth,
                mlpWidth,
                rmsNormEps,
                rope,
                queryKeyValueBias,
                outputBias,
                mlpBias,
                tiedHead,
                newClasses,
                newLabels,
                startToken,
                endTokens);
    }

    @Override
    public int outputs() {
        return classes > 0 ? classes : vocabulary;
    }

    @Override
    public boolean labelsTokens() {
        return true;
    }

    @Override
    public Map<String, long[]> headShapes() {
        return Map.of(headModule() + ".weight", shape(outputs(), width));
    }

    /** Returns the head's module: {@code lm_head}, or {@code score} of a classifier. */
    String headModule() {
        return classes > 0 ? CLASS_HEAD : WORD_HEAD;
    }

    /** Returns the frozen matrix of the head: its own, or the embedding's of a tied model. */
    String headMatrix() {
        return tiedHead && classes == 0 ? EMBEDDING : headModule() + ".weight";
    }

    /** Returns how the names of a block's tensors begin. */
    static String block(int index) {
        return "model.layers." + index + ".";
    }

    @Override
    public Map<String, long[]> tensorShapes(HalfRange range) {
        requireWithin(range);
        Map<String, long[]> shapes = new LinkedHashMap<>();
        if (range.embedding()) {
            shapes.put(EMBEDDING, shape(vocabulary, width));
        }
        for (int block = range.fromBlock(); block < range.toBlock(); block++) {
            addBlock(shapes, block(block));
        }
        if (range.head()) {
            shapes.put(NORM + ".weight", shape(width));
            shapes.put(headMatrix(), shape(outputs(), width));
        }
        return Collections.unmodifiableMap(shapes);
    }

    private void addBlock(Map<String, long[]> shapes, String prefix) {
        long queries = (long) heads * headWidth;
        long keys = (long) keyValueHeads * headWidth;
        shapes.put(prefix + "input_layernorm.weight", shape(width));
        addLinear(shapes, prefix + "self_attn.q_proj", queries, width, queryKeyValueBias);
        addLinear(shapes, prefix + "self_attn.k_proj", keys, width, queryKeyValueBias);
        addLinear(shapes, prefix + "self_attn.v_proj", keys, width, queryKeyValueBias);
        addLinear(shapes, prefix + "self_attn.o_proj", width, queries, outputBias);
        shapes.put(prefix + "post_attention_layernorm.weight", shape(width));
        addLinear(shapes, prefix + "mlp.gate_proj", mlpWidth, width, mlpBias);
        addLinear(shapes, prefix + "mlp.up_proj", mlpWidth, width, mlpBias);
        addLinear(shapes, prefix + "mlp.down_proj", width, mlpWidth, mlpBias);
    }

    private static void addLinear(
            Map<String, long[]> shapes, String module, long outputs, long inputs, boolean hasBias) {
        shapes.put(module + ".weight", shape(outputs, inputs));
        if (hasBias) {
            shapes.put(module + ".bias", shape(outputs));
        }
    }

    private static long[] shape(long... axes) {
        return axes;
    }
}
