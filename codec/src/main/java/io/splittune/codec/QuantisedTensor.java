package io.splittune.codec;

import java.util.Arrays;

/**
 * The kept values of a tensor on their quantisation points: what the lossless stage writes and reads.
 *
 * <p>Holds its arrays without copying; nothing changes them once it is built. Kept values are in rising order of
 * position.
 */
final class QuantisedTensor {
    private final Mask mask;
    private final QuantiserRange range;
    private final char[] levels;
    private final long[] negative;

    /**
     * Gathers the planes.
     *
     * @param mask the kept positions
     * @param range the quantisation points
     * @param levels one point's index per kept value; {@code char} is Java's unsigned 16 bits
     * @param negative one bit per kept value, bit i at bit i % 64 of word i / 64, set when it is negative
     */
    QuantisedTensor(Mask mask, QuantiserRange range, char[] levels, long[] negative) {
        this.mask = mask;
        this.range = range;
        this.levels = levels;
        this.negative = negative;
    }

    Mask mask() {
        return mask;
    }

    QuantiserRange range() {
        return range;
    }

    char[] levels() {
        return levels;
    }

    long[] negative() {
        return negative;
    }

    /** Returns the tensor's values, dropped ones as 0, in a new array. */
    float[] dequantise() {
        float[] values = new float[mask.size()];
        dequantise(values);
        return values;
    }

    /** Overwrites an array with the tensor's values, dropped ones as 0. */
    void dequantise(float[] values) {
        Arrays.fill(values, 0);
        long[] words = mask.words();
        int[] points = range.fewPoints(levels.length);
        int next = 0;
        for (int index = 0; index < words.length; index++) {
            for (long word = words[index]; word != 0; word &= word - 1) {
                int position = (index << 6) + Long.numberOfTrailingZeros(word);
                int sign = (int) (negative[next >> 6] >>> next) << 31;
                int level = levels[next];
                int magnitude = level < points.length ? points[level] : range.pointBits(level);
                values[position] = Float.intBitsToFloat(magnitude | sign);
                next++;
            }
        }
    }
}
