package io.splittune.training.data;

import io.splittune.core.Check;
import java.util.ArrayList;
import java.util.List;

/**
 * Prepared samples and their labels.
 *
 * <p>A batch owns its arrays; readers do not write to them, unless they are the batch's only reader.
 */
public sealed interface Batch permits ImageBatch, TokenBatch {
    /** Returns the number of samples. */
    int size();

    /** Returns the labels themselves: one per sample, or one per token of each sample. */
    int[] labels();

    /** Returns the samples' numbers in their data set themselves, one each. */
    int[] samples();

    /** Returns how many labels the loss counts; at least one. */
    int targets();

    /**
     * Copies samples {@code from} (inclusive) to {@code to} (exclusive).
     *
     * @throws IllegalArgumentException if the range is empty or leaves the batch
     */
    Batch slice(int from, int to);

    /**
     * Cuts the batch into micro-batches in order; the last one may be smaller.
     *
     * @param microBatch samples in each, positive
     * @return copies; the batch itself when it is small enough
     */
    default List<Batch> microBatches(int microBatch) {
        Check.positive(microBatch, "microBatch");
        if (size() <= microBatch) {
            return List.of(this);
        }
        List<Batch> parts = new ArrayList<>();
        for (int from = 0; from < size(); from += microBatch) {
            parts.add(slice(from, Math.min(size(), from + microBatch)));
        }
        return List.copyOf(parts);
    }
}
