package io.splittune.codec;

import java.util.random.RandomGenerator;

/**
 * Rounds magnitudes at random to one of the two quantisation points around them, so that the mean is the value itself.
 *
 * <p>Source: SFT section IV-B; SFLAM eq. (7) and Lemma 1: E[Q(s)] = s and
 * {@code E||Q(s) - s||^2 <= K (s_max - s_min)^2 / (4 E^2)}, both up to the rounding of a point to fp32. The sign is kept
 * aside, sign(0) = +1. The smallest magnitude is taken over all kept values: where exact zeros are kept (dense tensors,
 * or fewer non-zero elements than K) it is 0, since a range over the non-zero ones alone would move them.
 * Thread-safe (pure).
 */
final class StochasticQuantiser {
    private StochasticQuantiser() {}

    /**
     * Quantises the kept values.
     *
     * @param values row-major, finite
     * @param mask the kept positions, at least one
     * @param levels E, in [1, 65535]
     * @param random draws one double per kept value, in order of position; none when all magnitudes are equal
     * @return the levels and signs
     */
    static QuantisedTensor quantise(float[] values, Mask mask, int levels, RandomGenerator random) {
        return quantise(values, mask, rangeOf(values, mask, levels), random);
    }

    /**
     * Quantises the kept values on points that are known.
     *
     * @param values row-major, finite
     * @param mask the kept positions, at least one
     * @param range of the kept magnitudes: its ends are the smallest and the largest
     * @param random as above
     * @return the levels and signs
     */
    static QuantisedTensor quantise(float[] values, Mask mask, QuantiserRange range, RandomGenerator random) {
        int levels = range.levels();
        char[] indices = new char[mask.kept()];
        long[] negative = new long[Mask.wordsFor(mask.kept())];
        long[] words = mask.words();
        double low = range.low();
        double step = range.step();
        double pointsPerUnit = step == 0 ? 0 : 1 / step;
        int next = 0;
        for (int index = 0; index < words.length; index++) {
            for (long word = words[index]; word != 0; word &= word - 1) {
                float value = values[(index << 6) + Long.numberOfTrailingZeros(word)];
                if (step != 0) {
                    double point = (Math.abs(value) - low) * pointsPerUnit;
                    // The largest magnitude lies on the last point: it rounds up from the interval below.
                    int lower = Math.min((int) point, levels - 1);
                    indices[next] = (char) (random.nextDouble() < point - lower ? lower + 1 : lower);
                }
                negative[next >> 6] |= (value < 0 ? 1L : 0L) << next;
                next++;
            }
        }
        return new QuantisedTensor(mask, range, indices, negative);
    }

    private static QuantiserRange rangeOf(float[] values, Mask mask, int levels) {
        float low = Float.MAX_VALUE;
        float high = 0;
        long[] words = mask.words();
        for (int index = 0; index < words.length; index++) {
            for (long word = words[index]; word != 0; word &= word - 1) {
                float magnitude = Math.abs(values[(index << 6) + Long.numberOfTrailingZeros(word)]);
                low = Math.min(low, magnitude);
                high = Math.max(high, magnitude);
            }
        }
        return new QuantiserRange(levels, low, high);
    }
}
