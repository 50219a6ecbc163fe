package io.splittune.codec;

import java.util.Arrays;

/**
 * The kept values of a tensor, or of a slice of one, on their quantisation points: what the lossless stage writes and reads.
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

    /**
     * Overwrites the values of a slice, dropped ones with 0.
     *
     * @param values of the whole tensor
     * @param from the slice's first element
     * @param offsets of the points
     */
    void dequantise(float[] values, int from, PointOffsets offsets) {
        Arrays.fill(values, from, from + mask.size(), 0);
        long[] words = mask.words();
        int[] points = range.fewPoints(levels.length, offsets);
        int next = 0;
        for (int index = 0; index < words.length; index++) {
            for (long word = words[index]; word != 0; word &= word - 1) {
                int position = from + (index << 6) + Long.numberOfTrailingZeros(word);
                int sign = (int) (negative[next >> 6] >>> next) << 31;
                int level = levels[next];
                int magnitude = level < points.length ? points[level] : range.pointBits(level, offsets);
                values[position] = Float.intBitsToFloat(magnitude | sign);
                next++;
            }
        }
    }
}
