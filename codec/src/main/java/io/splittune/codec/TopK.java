package io.splittune.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Exact selection of the K elements of largest magnitude, ties won by the lower index. Reused from tensor to tensor;
 * confined to one thread, which may have others help.
 *
 * <p>Source: SFT section IV-B, steps 1 to 3, eq. (9). No sort: the magnitude bits of a float order as an integer. A sample
 * brackets the K-th largest magnitude; one pass marks what lies above the bracket and gathers what lies in it, a few in a
 * hundred, in several pieces at once; histograms over 11 bits of their height in it find the exact one. Where the bracket missed it, or the tensor is
 * small, everything is gathered. Linear time whatever the values.
 */
final class TopK {
    private static final int MAGNITUDE = 0x7fff_ffff;
    private static final int INFINITE = 0x7f80_0000;
    private static final int DIGIT_BITS = 11;

    private static final int SAMPLES = 1 << 13;
    private static final int SMALLEST_SAMPLED = 4 * SAMPLES;
    /** Bins of a 64th of an octave. */
    private static final int SAMPLE_SHIFT = 17;
    /** Four standard deviations of a sample's rank, at most: half the root of its size each. */
    private static final int MARGIN = 4 * 45;
    /** The golden ratio's part of 2^32: multiples of it are even over any range, and follow no channel. */
    private static final long GOLDEN = 0x9e37_79b9L;

    /** Elements that are compared at once: their arrays stay in the nearest cache. */
    private static final int CHUNK = 1 << 10;

    private static final int HALF = Integer.SIZE / 2;

    private static final Workers CALLER = new Workers(1);

    private final int[] histogram = new int[1 << (Integer.SIZE - 1 - SAMPLE_SHIFT)];
    private final List<Part> parts = new ArrayList<>();
    /** The candidates' magnitudes lie from the floor up to below the ceiling. */
    private int floor;

    private int ceiling;

    /**
     * What was selected.
     *
     * @param mask exactly K elements
     * @param low the smallest selected magnitude
     * @param high the largest
     */
    record Selection(Mask mask, float low, float high) {}

    /**
     * Selects on the calling thread.
     *
     * @param values finite
     * @param kept K, in [1, values.length]
     * @return exactly K elements
     * @throws IllegalArgumentException naming the first value that is NaN or infinite
     */
    Selection select(float[] values, int kept) {
        return select(values, kept, 1, CALLER);
    }

    /**
     * Selects.
     *
     * @param values finite
     * @param kept K, in [1, values.length]
     * @param pieces that the values are looked at in, positive; the result does not depend on it
     * @param workers who looks
     * @return exactly K elements
     * @throws IllegalArgumentException naming the first value that is NaN or infinite
     */
    Selection select(float[] values, int kept, int pieces, Workers workers) {
        divide(values.length, pieces);
        if (kept == values.length) {
            return everything(values, workers);
        }
        long[] words = new long[Mask.wordsFor(values.length)];
        if (values.length < SMALLEST_SAMPLED || !bracket(values, kept, words, workers)) {
            mark(values, 0, INFINITE, words, workers);
        }
        int largest = largest();
        if (largest >= INFINITE) {
            requireFinite(values, 0, values.length);
        }
        int low = settle(values, kept - keptAbove(), words);
        return new Selection(
                Mask.ofWords(words, values.length), Float.intBitsToFloat(low), Float.intBitsToFloat(largest));
    }

    /** Cuts the elements at whole words. */
    private void divide(int elements, int pieces) {
        while (parts.size() > pieces) {
            parts.remove(parts.size() - 1);
        }
        while (parts.size() < pieces) {
            parts.add(new Part());
        }
        int words = Mask.wordsFor(elements);
        for (int i = 0; i < pieces; i++) {
            parts.get(i).from = (int) ((long) words * i / pieces) << 6;
            parts.get(i).to = i + 1 == pieces ? elements : (int) ((long) words * (i + 1) / pieces) << 6;
        }
    }

    private Selection everything(float[] values, Workers workers) {
        workers.forEach(parts.size(), i -> parts.get(i).lookAtAll(values));
        float low = Float.MAX_VALUE;
        for (Part part : parts) {
            low = Math.min(low, part.lowest);
        }
        return new Selection(Mask.all(values.length), low, Float.intBitsToFloat(largest()));
    }

    private int largest() {
        return parts.stream().mapToInt(part -> part.largest).max().orElse(0);
    }

    private int keptAbove() {
        return parts.stream().mapToInt(part -> part.keptAbove).sum();
    }

    private void mark(float[] values, int lower, int upper, long[] words, Workers workers) {
        floor = lower;
        ceiling = upper;
        workers.forEach(parts.size(), i -> parts.get(i).mark(values, lower, upper, words));
    }

    /** Throws for the first value that is NaN or infinite. */
    static void requireFinite(float[] values, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!Float.isFinite(values[i])) {
                throw new IllegalArgumentException("values[" + i + "] (" + values[i] + ") must be finite.");
            }
        }
    }

    /** Marks and gathers by a sample's bracket; returns whether the K-th largest magnitude lies in it. */
    private boolean bracket(float[] values, int kept, long[] words, Workers workers) {
        Arrays.fill(histogram, 0);
        for (int i = 0; i < SAMPLES; i++) {
            long place = (i * GOLDEN) & 0xffff_ffffL;
            int index = (int) ((place * values.length) >>> Integer.SIZE);
            histogram[(Float.floatToRawIntBits(values[index]) & MAGNITUDE) >>> SAMPLE_SHIFT]++;
        }
        int rank = (int) ((long) kept * SAMPLES / values.length);
        int upper = binOfRank(rank - MARGIN) + 1;
        int lower = binOfRank(rank + MARGIN);
        mark(values, lower << SAMPLE_SHIFT, (int) Math.min(INFINITE, (long) upper << SAMPLE_SHIFT), words, workers);
        int above = keptAbove();
        int candidates = parts.stream().mapToInt(part -> part.candidateCount).sum();
        return above < kept && kept <= above + candidates;
    }

    /** Returns the bin of the sample that holds its element of the given rank, from the top; the ends' for any beyond. */
    private int binOfRank(int rank) {
        int bin = histogram.length - 1;
        for (int seen = histogram[bin]; seen < rank && bin > 0; seen += histogram[bin]) {
            bin--;
        }
        return rank <= 0 ? histogram.length - 1 : bin;
    }

    /** Marks the {@code wanted} largest of the candidates and returns the smallest of them. */
    private int settle(float[] values, int wanted, long[] words) {
        int threshold = 0;
        int left = wanted;
        int open = FrameFormat.bits(ceiling - 1 - floor);
        while (open > 0) {
            int shift = Math.max(0, open - DIGIT_BITS);
            Arrays.fill(histogram, 0, 1 << (open - shift), 0);
            for (Part part : parts) {
                part.count(values, floor, threshold, open, shift, histogram);
            }
            int bin = (1 << (open - shift)) - 1;
            for (; histogram[bin] < left; bin--) {
                left -= histogram[bin];
            }
            threshold |= bin << shift;
            open = shift;
        }
        for (Part part : parts) {
            left = part.settle(values, floor + threshold, left, words);
        }
        return floor + threshold;
    }

    /** A run of whole words of the values, and what was found in it. */
    private static final class Part {
        private int from;
        private int to;
        private final ByteBuffer bytes =
                ByteBuffer.allocate(CHUNK * Float.BYTES).order(ByteOrder.nativeOrder());
        private final int[] chunk = new int[2 * CHUNK];
        private int[] candidates = {};
        private int candidateCount;
        private int keptAbove;
        private int largest;
        private float lowest;

        private void lookAtAll(float[] values) {
            requireFinite(values, from, to);
            float low = Float.MAX_VALUE;
            float high = 0;
            for (int i = from; i < to; i++) {
                low = Math.min(low, Math.abs(values[i]));
                high = Math.max(high, Math.abs(values[i]));
            }
            lowest = low;
            largest = Float.floatToRawIntBits(high);
        }

        /** Marks what is {@code upper} or more, and gathers the indices of what lies in [lower, upper). */
        private void mark(float[] values, int lower, int upper, long[] words) {
            candidateCount = 0;
            keptAbove = 0;
            Arrays.fill(chunk, 0);
            for (int first = from; first < to; first += CHUNK) {
                int length = Math.min(to - first, CHUNK);
                bytes.asFloatBuffer().put(values, first, length);
                bytes.asIntBuffer().get(chunk, 0, length);
                Arrays.fill(chunk, length, CHUNK, 0);
                compare(chunk, lower, upper);
                for (int i = 0; i < length; i += Integer.SIZE) {
                    int low = gathered(chunk, i);
                    int high = gathered(chunk, i + HALF);
                    int position = first + i;
                    int left = length - i;
                    int valid = left < Integer.SIZE ? (1 << left) - 1 : -1;
                    int above = (low >>> HALF | (high & (-1 << HALF))) & valid;
                    int atLeast = ((low & ((1 << HALF) - 1)) | high << HALF) & valid;
                    long word = Integer.toUnsignedLong(above);
                    words[position >> 6] = (position & 63) == 0 ? word : words[position >> 6] | word << position;
                    keptAbove += Integer.bitCount(above);
                    gather(position, Integer.toUnsignedLong(atLeast ^ above));
                }
            }
            largest = 0;
            for (int i = CHUNK; i < chunk.length; i++) {
                largest = Math.max(largest, chunk[i]);
            }
        }

        /**
         * Turns each float's bits into bit 16, whether its magnitude is {@code upper} or more, and bit 0, {@code lower}; the
         * second half of the array takes in the magnitudes. One array, for only then the compiler makes vectors of it.
         */
        private static void compare(int[] bits, int lower, int upper) {
            for (int i = 0; i < CHUNK; i++) {
                int magnitude = bits[i] & MAGNITUDE;
                bits[i + CHUNK] = Math.max(bits[i + CHUNK], magnitude);
                bits[i] = (upper - 1 - magnitude) >>> (Integer.SIZE - 1) << HALF
                        | (lower - 1 - magnitude) >>> (Integer.SIZE - 1);
            }
        }

        /** Returns 16 comparisons of each kind: those with {@code upper} in the upper half. */
        private static int gathered(int[] comparisons, int first) {
            int bits = 0;
            for (int i = first + HALF - 1; i >= first; i--) {
                bits = bits << 1 | comparisons[i];
            }
            return bits;
        }

        private void gather(int first, long bits) {
            if (candidateCount + Long.SIZE > candidates.length) {
                candidates = Arrays.copyOf(candidates, 2 * candidates.length + Long.SIZE);
            }
            for (long left = bits; left != 0; left &= left - 1) {
                candidates[candidateCount++] = first + Long.numberOfTrailingZeros(left);
            }
        }

        /**
         * Counts the candidates, of those whose magnitude above {@code floor} agrees with the threshold but for its
         * {@code open} lowest bits, by these bits from {@code shift} up.
         */
        private void count(float[] values, int floor, int threshold, int open, int shift, int[] histogram) {
            int lastBin = (1 << (open - shift)) - 1;
            for (int i = 0; i < candidateCount; i++) {
                int height = (Float.floatToRawIntBits(values[candidates[i]]) & MAGNITUDE) - floor;
                if ((height ^ threshold) >>> open == 0) {
                    histogram[height >>> shift & lastBin]++;
                }
            }
        }

        /** Marks the candidates above the threshold and the first {@code ties} on it; returns how many more may be. */
        private int settle(float[] values, int threshold, int ties, long[] words) {
            int left = ties;
            for (int i = 0; i < candidateCount; i++) {
                int position = candidates[i];
                int magnitude = Float.floatToRawIntBits(values[position]) & MAGNITUDE;
                long above = Integer.toUnsignedLong((threshold - magnitude) >>> (Integer.SIZE - 1));
                words[position >> 6] |= above << position;
                if (magnitude == threshold && left-- > 0) {
                    words[position >> 6] |= 1L << position;
                }
            }
            return left;
        }
    }
}
