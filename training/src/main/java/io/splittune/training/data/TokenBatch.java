package io.splittune.training.data;

import io.splittune.core.Check;
import io.splittune.model.ModelConfig;
import java.util.Arrays;

/**
 * Prepared texts: rows of tokens, all as long as the longest of them, with a label per token.
 *
 * <p>A row is filled up on its right; a causal model gives the same values for what stands before. The batch owns its
 * arrays; readers do not write to them, unless they are the batch's only reader.
 */
public final class TokenBatch implements Batch {
    private final int[] tokens;
    private final int[] labels;
    private final int[] lengths;
    private final int[] samples;
    private final int rowLength;
    private final int targets;

    /**
     * Takes over the arrays.
     *
     * @param tokens (size, rowLength) row by row; after a row's length, any valid token
     * @param labels (size, rowLength): what the model is to give at each token, or {@link ModelConfig#NO_LABEL}; at least one counts
     * @param lengths each row's tokens, in {@code [1, rowLength]}
     * @param samples each row's number in its data set
     * @throws IllegalArgumentException if the sizes do not agree, or no label counts
     */
    public TokenBatch(int[] tokens, int[] labels, int[] lengths, int[] samples) {
        Check.require(
                lengths.length > 0
                        && samples.length == lengths.length
                        && tokens.length == labels.length
                        && tokens.length % lengths.length == 0,
                "%s tokens and %s labels do not make %s rows.",
                tokens.length,
                labels.length,
                lengths.length);
        this.tokens = tokens;
        this.labels = labels;
        this.lengths = lengths;
        this.samples = samples;
        this.rowLength = tokens.length / lengths.length;
        for (int length : lengths) {
            Check.inRange(length, 1, rowLength, "length of a row");
        }
        this.targets = Check.positive(ModelConfig.targets(labels), "labels that count");
    }

    /** Returns the tokens themselves, (size, rowLength) row by row. */
    public int[] tokens() {
        return tokens;
    }

    @Override
    public int[] labels() {
        return labels;
    }

    /** Returns each row's number of tokens itself; what stands behind is filling. */
    public int[] lengths() {
        return lengths;
    }

    @Override
    public int[] samples() {
        return samples;
    }

    /** Returns the tokens of every row, filling included. */
    public int rowLength() {
        return rowLength;
    }

    @Override
    public int size() {
        return lengths.length;
    }

    @Override
    public int targets() {
        return targets;
    }

    /** Copies rows, no longer than the longest of them needs. */
    @Override
    public TokenBatch slice(int from, int to) {
        Check.require(0 <= from && from < to && to <= size(), "No rows %s to %s in %s.", from, to, size());
        int[] kept = Arrays.copyOfRange(lengths, from, to);
        int longest = Arrays.stream(kept).max().orElseThrow();
        int[] keptTokens = new int[kept.length * longest];
        int[] keptLabels = new int[kept.length * longest];
        for (int row = 0; row < kept.length; row++) {
            System.arraycopy(tokens, (from + row) * rowLength, keptTokens, row * longest, longest);
            System.arraycopy(labels, (from + row) * rowLength, keptLabels, row * longest, longest);
        }
        return new TokenBatch(keptTokens, keptLabels, kept, Arrays.copyOfRange(samples, from, to));
    }
}
