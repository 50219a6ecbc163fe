package io.splittune.codec;

/**
 * The quantisation points of one tensor: {@code low + e (high - low) / levels} for e in 0..levels.
 *
 * <p>Source: SFT section IV-B with the points 0..E, SFLAM eq. (7) with E = 2^q - 1.
 *
 * @param levels E, the number of intervals, in [1, 65535]
 * @param low s_min, the smallest kept magnitude, finite and not negative
 * @param high s_max, the largest kept magnitude, finite and not below low
 */
record QuantiserRange(int levels, float low, float high) {
    /** Points are looked up rather than computed where this many values use each. */
    private static final int VALUES_PER_POINT = 8;

    /** Returns the distance between two points; 0 when all kept magnitudes are equal. */
    double step() {
        return ((double) high - low) / levels;
    }

    /** Returns the bits of what a level decodes to, in fp32. */
    int pointBits(int level, PointOffsets offsets) {
        // The cast rounds the last point back to exactly `high`: the double's error is far below half a float ulp.
        return Float.floatToRawIntBits((float) (low + (level + offsets.of(level)) * step()));
    }

    /** Returns the bits of the points, if they are few beside the values; else of none. */
    int[] fewPoints(int values, PointOffsets offsets) {
        int[] points = new int[levels <= values / VALUES_PER_POINT ? levels + 1 : 0];
        for (int level = 0; level < points.length; level++) {
            points[level] = pointBits(level, offsets);
        }
        return points;
    }

    /** Returns the bits of a fixed-width level. */
    int bitsPerLevel() {
        return Integer.SIZE - Integer.numberOfLeadingZeros(levels);
    }
}
