package io.splittune.codec;

/**
 * Exact selection of the K elements of largest magnitude, ties won by the lower index.
 *
 * <p>Source: SFT section IV-B, steps 1 to 3, eq. (9). No sort: the magnitude bits of a float order as an integer, so three
 * histograms over 11, 10 and 10 of its 31 bits find the K-th largest magnitude, each but the first over the candidates
 * that are still undecided. Linear time whatever the values. Thread-safe (pure).
 */
final class TopK {
    private static final int MAGNITUDE = 0x7fff_ffff;
    private static final int INFINITE = 0x7f80_0000;
    private static final int FIRST_SHIFT = 20;
    private static final int SECOND_SHIFT = 10;
    private static final int LOW_MASK = (1 << SECOND_SHIFT) - 1;

    private TopK() {}

    /**
     * Selects.
     *
     * @param values finite
     * @param kept K, in [1, values.length]
     * @return the mask of exactly K elements
     * @throws IllegalArgumentException naming the first value that is NaN or infinite
     */
    static Mask select(float[] values, int kept) {
        int[] histogram = new int[1 << (31 - FIRST_SHIFT)];
        for (float value : values) {
            histogram[(Float.floatToRawIntBits(value) & MAGNITUDE) >>> FIRST_SHIFT]++;
        }
        for (int bin = INFINITE >>> FIRST_SHIFT; bin < histogram.length; bin++) {
            if (histogram[bin] != 0) {
                requireFinite(values);
            }
        }
        if (kept == values.length) {
            return Mask.all(kept);
        }
        int wanted = kept;
        int high = binOfRank(histogram, wanted);
        wanted -= above(histogram, high);
        int[] candidates = candidates(values, high, histogram[high]);
        int middle = refine(candidates, candidates.length, SECOND_SHIFT, wanted);
        int[] middleHistogram = histogramOf(candidates, candidates.length, SECOND_SHIFT);
        wanted -= above(middleHistogram, middle);
        int remaining = retain(candidates, middle);
        int low = refine(candidates, remaining, 0, wanted);
        wanted -= above(histogramOf(candidates, remaining, 0), low);
        return mark(values, high << FIRST_SHIFT | middle << SECOND_SHIFT | low, wanted);
    }

    /** Throws for the first value that is NaN or infinite. */
    static void requireFinite(float[] values) {
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new IllegalArgumentException("values[" + i + "] (" + values[i] + ") must be finite.");
            }
        }
    }

    /** Returns the bin that holds the element of the given rank, counted from 1 at the top bin. */
    private static int binOfRank(int[] histogram, int rank) {
        int bin = histogram.length - 1;
        for (int seen = histogram[bin]; seen < rank; seen += histogram[bin]) {
            bin--;
        }
        return bin;
    }

    private static int above(int[] histogram, int bin) {
        int sum = 0;
        for (int i = bin + 1; i < histogram.length; i++) {
            sum += histogram[i];
        }
        return sum;
    }

    private static int[] candidates(float[] values, int high, int count) {
        int[] candidates = new int[count];
        int next = 0;
        for (int i = 0; next < count; i++) {
            int magnitude = Float.floatToRawIntBits(values[i]) & MAGNITUDE;
            if (magnitude >>> FIRST_SHIFT == high) {
                candidates[next++] = magnitude;
            }
        }
        return candidates;
    }

    private static int[] histogramOf(int[] candidates, int count, int shift) {
        int[] histogram = new int[LOW_MASK + 1];
        for (int i = 0; i < count; i++) {
            histogram[candidates[i] >>> shift & LOW_MASK]++;
        }
        return histogram;
    }

    private static int refine(int[] candidates, int count, int shift, int wanted) {
        return binOfRank(histogramOf(candidates, count, shift), wanted);
    }

    private static int retain(int[] candidates, int middle) {
        int count = 0;
        for (int candidate : candidates) {
            if ((candidate >>> SECOND_SHIFT & LOW_MASK) == middle) {
                candidates[count++] = candidate;
            }
        }
        return count;
    }

    /** Keeps what is above the threshold, and the first {@code ties} elements that equal it. */
    private static Mask mark(float[] values, int threshold, int ties) {
        long[] words = new long[Mask.wordsFor(values.length)];
        int tiesLeft = ties;
        for (int first = 0; first < values.length; first += Long.SIZE) {
            int end = Math.min(values.length, first + Long.SIZE);
            long atLeast = 0;
            long above = 0;
            for (int i = first; i < end; i++) {
                int magnitude = Float.floatToRawIntBits(values[i]) & MAGNITUDE;
                atLeast |= (magnitude >= threshold ? 1L : 0L) << i;
                above |= (magnitude > threshold ? 1L : 0L) << i;
            }
            long tied = atLeast ^ above;
            int count = Long.bitCount(tied);
            while (count > tiesLeft) {
                tied ^= Long.highestOneBit(tied);
                count--;
            }
            tiesLeft -= count;
            words[first >> 6] = above | tied;
        }
        return Mask.ofWords(words, values.length);
    }
}
