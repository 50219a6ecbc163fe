package io.splittune.codec;

import java.util.Arrays;

/**
 * Exact selection of the K elements of largest magnitude, ties won by the lower index. Reused from tensor to tensor;
 * confined to one thread.
 *
 * <p>Source: SFT section IV-B, steps 1 to 3, eq. (9). No sort: the magnitude bits of a float order as an integer. A sample
 * brackets the K-th largest magnitude; one pass marks what lies above the bracket and gathers what lies in it, a few in a
 * hundred; histograms over 11, 10 and 10 of their 31 bits find the exact one. Where the bracket missed it, or the tensor is
 * small, everything is gathered. Linear time whatever the values.
 */
final class TopK {
    private static final int MAGNITUDE = 0x7fff_ffff;
    private static final int INFINITE = 0x7f80_0000;
    private static final int[] SHIFTS = {20, 10, 0};

    private static final int SAMPLES = 1 << 13;
    private static final int SMALLEST_SAMPLED = 4 * SAMPLES;
    /** Bins of a sixteenth of an octave. */
    private static final int SAMPLE_SHIFT = 19;
    /** Five standard deviations of a sample's rank, at most: half the root of its size each. */
    private static final int MARGIN = 5 * 45;
    /** The golden ratio's part of 2^32: multiples of it are even over any range, and follow no channel. */
    private static final long GOLDEN = 0x9e37_79b9L;

    private final int[] histogram = new int[1 << (Integer.SIZE - 1 - SAMPLE_SHIFT)];
    private int[] candidates = {};
    private int candidateCount;
    private int keptAbove;
    private int largest;

    /**
     * What was selected.
     *
     * @param mask exactly K elements
     * @param low the smallest selected magnitude
     * @param high the largest
     */
    record Selection(Mask mask, float low, float high) {}

    /**
     * Selects.
     *
     * @param values finite
     * @param kept K, in [1, values.length]
     * @return exactly K elements
     * @throws IllegalArgumentException naming the first value that is NaN or infinite
     */
    Selection select(float[] values, int kept) {
        if (kept == values.length) {
            return everything(values);
        }
        long[] words = new long[Mask.wordsFor(values.length)];
        if (values.length < SMALLEST_SAMPLED || !bracket(values, kept, words)) {
            mark(values, 0, INFINITE, words);
        }
        if (largest >= INFINITE) {
            requireFinite(values);
        }
        int low = settle(values, kept - keptAbove, words);
        return new Selection(
                Mask.ofWords(words, values.length), Float.intBitsToFloat(low), Float.intBitsToFloat(largest));
    }

    private static Selection everything(float[] values) {
        requireFinite(values);
        float low = Float.MAX_VALUE;
        float high = 0;
        for (float value : values) {
            low = Math.min(low, Math.abs(value));
            high = Math.max(high, Math.abs(value));
        }
        return new Selection(Mask.all(values.length), low, high);
    }

    /** Throws for the first value that is NaN or infinite. */
    static void requireFinite(float[] values) {
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new IllegalArgumentException("values[" + i + "] (" + values[i] + ") must be finite.");
            }
        }
    }

    /** Marks and gathers by a sample's bracket; returns whether the K-th largest magnitude lies in it. */
    private boolean bracket(float[] values, int kept, long[] words) {
        Arrays.fill(histogram, 0);
        for (int i = 0; i < SAMPLES; i++) {
            long place = (i * GOLDEN) & 0xffff_ffffL;
            int index = (int) ((place * values.length) >>> Integer.SIZE);
            histogram[(Float.floatToRawIntBits(values[index]) & MAGNITUDE) >>> SAMPLE_SHIFT]++;
        }
        int rank = (int) ((long) kept * SAMPLES / values.length);
        int upper = binOfRank(rank - MARGIN) + 1;
        int lower = binOfRank(rank + MARGIN);
        mark(values, lower << SAMPLE_SHIFT, (int) Math.min(INFINITE, (long) upper << SAMPLE_SHIFT), words);
        return keptAbove < kept && kept <= keptAbove + candidateCount;
    }

    /** Returns the bin of the sample that holds its element of the given rank, from the top; the ends' for any beyond. */
    private int binOfRank(int rank) {
        int bin = histogram.length - 1;
        for (int seen = histogram[bin]; seen < rank && bin > 0; seen += histogram[bin]) {
            bin--;
        }
        return rank <= 0 ? histogram.length - 1 : bin;
    }

    /** Marks what is {@code upper} or more, and gathers the indices of what lies in [lower, upper). */
    private void mark(float[] values, int lower, int upper, long[] words) {
        Arrays.fill(words, 0);
        candidateCount = 0;
        keptAbove = 0;
        int most = 0;
        // Halves of a word in ints: half the work of doing it in longs.
        for (int first = 0; first < values.length; first += Integer.SIZE) {
            int above = 0;
            int atLeast = 0;
            for (int i = Math.min(values.length, first + Integer.SIZE) - 1; i >= first; i--) {
                int magnitude = Float.floatToRawIntBits(values[i]) & MAGNITUDE;
                most = Math.max(most, magnitude);
                above = above << 1 | (upper - 1 - magnitude) >>> (Integer.SIZE - 1);
                atLeast = atLeast << 1 | (lower - 1 - magnitude) >>> (Integer.SIZE - 1);
            }
            words[first >> 6] |= Integer.toUnsignedLong(above) << first;
            keptAbove += Integer.bitCount(above);
            gather(first, Integer.toUnsignedLong(atLeast ^ above));
        }
        largest = most;
    }

    private void gather(int first, long bits) {
        if (candidateCount + Long.SIZE > candidates.length) {
            candidates = Arrays.copyOf(candidates, 2 * candidates.length + Long.SIZE);
        }
        for (long left = bits; left != 0; left &= left - 1) {
            candidates[candidateCount++] = first + Long.numberOfTrailingZeros(left);
        }
    }

    /** Marks the {@code wanted} largest of the candidates and returns the smallest of them. */
    private int settle(float[] values, int wanted, long[] words) {
        int threshold = 0;
        int left = wanted;
        for (int step = 0; step < SHIFTS.length; step++) {
            int settled = step == 0 ? Integer.SIZE - 1 : SHIFTS[step - 1];
            int shift = SHIFTS[step];
            int bins = 1 << (settled - shift);
            Arrays.fill(histogram, 0, bins, 0);
            for (int i = 0; i < candidateCount; i++) {
                int magnitude = Float.floatToRawIntBits(values[candidates[i]]) & MAGNITUDE;
                if (magnitude >>> settled == threshold >>> settled) {
                    histogram[magnitude >>> shift & bins - 1]++;
                }
            }
            int bin = bins - 1;
            for (; histogram[bin] < left; bin--) {
                left -= histogram[bin];
            }
            threshold |= bin << shift;
        }
        for (int i = 0; i < candidateCount; i++) {
            int position = candidates[i];
            int magnitude = Float.floatToRawIntBits(values[position]) & MAGNITUDE;
            if (magnitude > threshold || (magnitude == threshold && left-- > 0)) {
                words[position >> 6] |= 1L << position;
            }
        }
        return threshold;
    }
}
