package io.splittune.model;

import io.splittune.core.Check;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What is trained: low-rank adapters {@code W + (alpha / rank) B A} on some maps, and maybe the head as a whole.
 *
 * @param rank r, rows of A and columns of B, at least 1
 * @param alpha numerator of the scale, above zero
 * @param dropout probability in [0, 1) that an input element of A is zeroed in training
 * @param targets the maps that carry adapters, in the order of the enum; may be empty when the head is trained
 * @param trainHead whether the classifier's weight and bias are trained themselves; excludes the target HEAD
 */
public record LoraConfig(int rank, double alpha, double dropout, Set<LoraTarget> targets, boolean trainHead) {
    /** Checks ranges and copies the set. */
    public LoraConfig {
        Check.positive(rank, "lora.rank");
        Check.positive(alpha, "lora.alpha");
        Check.require(dropout >= 0 && dropout < 1, "lora.dropout (%s) must lie in [0, 1).", dropout);
        Check.require(
                trainHead || !targets.isEmpty(), "lora.targets is empty and the head is fixed: nothing to train.");
        Check.require(
                !(trainHead && targets.contains(LoraTarget.HEAD)),
                "lora.targets has 'head' and lora.trainHead is true: choose one of the two.");
        EnumSet<LoraTarget> copy = EnumSet.noneOf(LoraTarget.class);
        copy.addAll(targets);
        targets = Collections.unmodifiableSet(copy);
    }

    /** Returns alpha / rank, the factor of B A. */
    public double scale() {
        return alpha / rank;
    }

    /**
     * Lists the trained tensors of a part of a model: {@code MODULE.lora_A} of shape (rank, in), {@code MODULE.lora_B}
     * of shape (out, rank), and with a trained head {@link ModelConfig#headShapes}.
     *
     * <p>The patch embedding's {@code in} is channels x patch x patch, flattened in that order. The order is embedding,
     * blocks, head: the lists of two halves, one after the other, are the list of the whole.
     *
     * @param config the model
     * @param range the part
     * @return canonical name to shape, ordered and unmodifiable
     * @throws IllegalArgumentException when the head is trained or adapted and the model has none
     */
    public Map<String, long[]> tensorShapes(ModelConfig config, HalfRange range) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        if (range.embedding() && targets.contains(LoraTarget.PATCH_EMBED)) {
            addPair(shapes, LoraTarget.PATCH_EMBED, 0, config);
        }
        for (int block = range.fromBlock(); block < range.toBlock(); block++) {
            for (LoraTarget target : targets) {
                if (target.inBlocks()) {
                    addPair(shapes, target, block, config);
                }
            }
        }
        if (range.head() && targets.contains(LoraTarget.HEAD)) {
            addPair(shapes, LoraTarget.HEAD, 0, config);
        }
        if (range.head() && trainHead) {
            Check.require(config.outputs() > 0, "lora.trainHead is true, but the model has no head.");
            shapes.putAll(config.headShapes());
        }
        return Collections.unmodifiableMap(shapes);
    }

    private void addPair(Map<String, long[]> shapes, LoraTarget target, int block, ModelConfig config) {
        String module = target.module(block);
        shapes.put(module + ".lora_A", new long[] {rank, target.inputs(config)});
        shapes.put(module + ".lora_B", new long[] {target.outputs(config), rank});
    }
}
