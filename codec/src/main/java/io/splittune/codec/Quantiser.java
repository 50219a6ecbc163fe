package io.splittune.codec;

import java.util.random.RandomGenerator;

/**
 * Rounds magnitudes to one of the two quantisation points around them: at random, so that the mean is the value itself, or
 * to the nearer one.
 *
 * <p>Source: SFT section IV-B; SFLAM eq. (7) and Lemma 1: E[Q(s)] = s and
 * {@code E||Q(s) - s||^2 <= K (s_max - s_min)^2 / (4 E^2)}, both up to the rounding of a point to fp32. Rounding to the
 * nearer point is never further off than half a step, and biased. The sign is kept aside, sign(0) = +1. The smallest
 * magnitude is taken over all kept values: where exact zeros are kept (dense tensors, or fewer non-zero elements than K) it
 * is 0, since a range over the non-zero ones alone would move them. Thread-safe (pure).
 */
final class Quantiser {
    private static final double HALF = 0.5;

    private Quantiser() {}

    /**
     * Quantises the kept values of a whole tensor over their range.
     *
     * @param values row-major, finite
     * @param mask the kept positions, at least one
     * @param levels E, in [1, 65535]
     * @param rounding to which of two points
     * @param random draws one double per kept value, in order of position; none when all magnitudes are equal, nor for the
     *     nearer point
     * @return the levels and signs
     */
    static QuantisedTensor quantise(
            float[] values, Mask mask, int levels, Compression.Rounding rounding, RandomGenerator random) {
        return quantise(values, 0, mask, rangeOf(values, 0, mask, levels), rounding, random);
    }

    /**
     * Quantises the kept values of a slice on points that are known.
     *
     * @param values of the tensor, row-major, finite
     * @param from the slice's first element
     * @param mask the slice's kept positions
     * @param range of the tensor's kept magnitudes: its ends are the smallest and the largest
     * @param rounding as above
     * @param random as above
     * @return the levels and signs
     */
    static QuantisedTensor quantise(
            float[] values,
            int from,
            Mask mask,
            QuantiserRange range,
            Compression.Rounding rounding,
            RandomGenerator random) {
        int levels = range.levels();
        char[] indices = new char[mask.kept()];
        long[] negative = new long[Mask.wordsFor(mask.kept())];
        long[] words = mask.words();
        double low = range.low();
        double step = range.step();
        double pointsPerUnit = step == 0 ? 0 : 1 / step;
        boolean draws = rounding == Compression.Rounding.STOCHASTIC && step != 0;
        int next = 0;
        for (int index = 0; index < words.length; index++) {
            for (long word = words[index]; word != 0; word &= word - 1) {
                float value = values[from + (index << 6) + Long.numberOfTrailingZeros(word)];
                double point = (Math.abs(value) - low) * pointsPerUnit;
                // The largest magnitude lies on the last point: it rounds up from the interval below.
                int lower = Math.min((int) point, levels - 1);
                double threshold = draws ? random.nextDouble() : HALF;
                // Signs of differences instead of branches, which would often be taken for the wrong one.
                int up = (int) (Double.doubleToRawLongBits(threshold - (point - lower)) >>> (Long.SIZE - 1));
                indices[next] = (char) (lower + up);
                int bits = Float.floatToRawIntBits(value);
                negative[next >> 6] |=
                        Integer.toUnsignedLong((bits & -(bits & Integer.MAX_VALUE)) >>> (Integer.SIZE - 1)) << next;
                next++;
            }
        }
        return new QuantisedTensor(mask, range, indices, negative);
    }

    /** Returns the range of a slice's kept values; its low end is above its high one where none is kept. */
    static QuantiserRange rangeOf(float[] values, int from, Mask mask, int levels) {
        float low = Float.MAX_VALUE;
        float high = 0;
        long[] words = mask.words();
        for (int index = 0; index < words.length; index++) {
            for (long word = words[index]; word != 0; word &= word - 1) {
                float magnitude = Math.abs(values[from + (index << 6) + Long.numberOfTrailingZeros(word)]);
                low = Math.min(low, magnitude);
                high = Math.max(high, magnitude);
            }
        }
        return new QuantiserRange(levels, low, high);
    }

    /**
     * Adds up how far a slice's magnitudes lie above the points that they fell on.
     *
     * @param values of the tensor
     * @param from the slice's first element
     * @param tensor the slice, quantised
     * @param sums per level, in steps; added to
     * @param counts per level; added to
     */
    static void addOffsets(float[] values, int from, QuantisedTensor tensor, double[] sums, int[] counts) {
        QuantiserRange range = tensor.range();
        double pointsPerUnit = range.step() == 0 ? 0 : 1 / range.step();
        long[] words = tensor.mask().words();
        int next = 0;
        for (int index = 0; index < words.length; index++) {
            for (long word = words[index]; word != 0; word &= word - 1) {
                float value = values[from + (index << 6) + Long.numberOfTrailingZeros(word)];
                int level = tensor.levels()[next++];
                sums[level] += (Math.abs(value) - range.low()) * pointsPerUnit - level;
                counts[level]++;
            }
        }
    }
}
