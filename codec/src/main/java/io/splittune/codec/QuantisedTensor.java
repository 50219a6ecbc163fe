package io.splittune.codec;

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
        long[] words = mask.words();
        double low = range.low();
        double step = range.step();
        int next = 0;
        for (int index = 0; index < words.length; index++) {
            for (long word = words[index]; word != 0; word &= word - 1) {
                int position = (index << 6) + Long.numberOfTrailingZeros(word);
                int sign = (int) (negative[next >> 6] >>> next) << 31;
                // The cast rounds the last point back to exactly `high`: the double's error is far below half a float
                // ulp.
                int magnitude = Float.floatToRawIntBits((float) (low + levels[next] * step));
                values[position] = Float.intBitsToFloat(magnitude | sign);
                next++;
            }
        }
        return values;
    }
}
