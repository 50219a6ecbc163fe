package io.splittune.codec;

import java.util.Arrays;

/**
 * Probabilities of bits by context, learnt from counts. Reused from tensor to tensor; confined to one thread.
 *
 * <p>A context counts the bits that it sees; what is coded uses the estimates of the last {@link #refresh}, so that the
 * inner loops add to a counter and nothing else. An estimate is ones over all, both with a head start, in 1/65536,
 * rounded down, in [{@value #LOWEST}, 65536 - {@value #LOWEST}].
 */
final class BitModels {
    /** Probabilities go to the range coder in 1/65536. */
    static final int PROBABILITY_BITS = 16;

    static final int ONE = 1 << PROBABILITY_BITS;
    /** No bit ever costs more than 12 bits, nor less than 1/2800 of one. */
    static final int LOWEST = 16;

    /** What a zero adds to a context's counts: 16 to the number of bits, so that head starts may be fractions. */
    static final long ZERO_SEEN = 16;
    /** Where a one is counted, beside {@link #ZERO_SEEN}. */
    static final int ONES_SHIFT = Integer.SIZE + 4;
    /** What a one adds: 16 to the ones, in the upper half, as well. */
    static final long ONE_SEEN = 1L << ONES_SHIFT | ZERO_SEEN;

    /** A context that has seen this much (in sixteenths) forgets half of it. */
    private static final int LIMIT = 1 << 20;

    private final long[] initial;
    /** Per context: ones in the upper 32 bits, all in the lower. */
    final long[] counts;
    /** Per context: the estimate in use. */
    final int[] probabilities;

    /**
     * Takes the head starts.
     *
     * @param initial counts of every context; never changed
     */
    BitModels(long[] initial) {
        this.initial = initial;
        this.counts = new long[initial.length];
        this.probabilities = new int[initial.length];
    }

    /**
     * Returns a head start.
     *
     * @param probability of a one, in 1/65536
     * @param weight as how many sixteenths of a bit it counts
     */
    static long headStart(int probability, int weight) {
        return Math.max(1L, ((long) probability * weight) >> PROBABILITY_BITS) << Integer.SIZE | weight;
    }

    /** Returns counts of that many contexts, all even. */
    static long[] even(int contexts, int weight) {
        long[] initial = new long[contexts];
        Arrays.fill(initial, headStart(ONE / 2, weight));
        return initial;
    }

    /** Forgets everything. */
    void reset() {
        System.arraycopy(initial, 0, counts, 0, counts.length);
        for (int i = 0; i < counts.length; i++) {
            probabilities[i] = estimate(counts[i]);
        }
    }

    /** Brings the estimates up to what was counted. */
    void refresh() {
        for (int i = 0; i < counts.length; i++) {
            long count = counts[i];
            if (count != initial[i]) {
                probabilities[i] = estimate(count);
                if ((int) count > LIMIT) {
                    counts[i] = (count >>> 1) & 0x7fff_ffff_7fff_ffffL;
                }
            }
        }
    }

    private static int estimate(long count) {
        // In double, for the processor divides integers slowly; the product is exact, so every machine rounds alike.
        int probability = (int) ((double) (count >>> Integer.SIZE) * ONE / (int) count);
        return Math.max(LOWEST, Math.min(ONE - LOWEST, probability));
    }
}
