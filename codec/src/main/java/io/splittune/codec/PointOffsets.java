package io.splittune.codec;

/**
 * By how much the points that levels decode to lie beside the quantiser's even ones: nothing, or for each level the mean of
 * what fell on it. Immutable.
 *
 * <p>An offset is a number of 128ths of a step in [-128, 127], not negative for level 0 and not positive for level E: so
 * every point lies between the smallest and the largest kept magnitude.
 */
final class PointOffsets {
    /** Even points. */
    static final PointOffsets NONE = new PointOffsets(new byte[0]);

    private static final double UNIT = 128;

    private final byte[] offsets;

    private PointOffsets(byte[] offsets) {
        this.offsets = offsets;
    }

    /**
     * Finds the offsets of {@link Compression.Points#FITTED}.
     *
     * @param sums per slice and level: of {@code (magnitude - low) / step - level}
     * @param counts per slice and level: how many
     */
    static PointOffsets fit(double[][] sums, int[][] counts) {
        byte[] offsets = new byte[sums[0].length];
        for (int level = 0; level < offsets.length; level++) {
            double sum = 0;
            long count = 0;
            for (int slice = 0; slice < sums.length; slice++) {
                sum += sums[slice][level];
                count += counts[slice][level];
            }
            long offset = count == 0 ? 0 : Math.round(sum * UNIT / count);
            long lowest = level == 0 ? 0 : Byte.MIN_VALUE;
            long highest = level == offsets.length - 1 ? 0 : Byte.MAX_VALUE;
            offsets[level] = (byte) Math.max(lowest, Math.min(highest, offset));
        }
        return new PointOffsets(offsets);
    }

    /**
     * Reads offsets.
     *
     * @param section one byte per level
     * @throws MalformedFrameException if one leads out of the range
     */
    static PointOffsets read(Section section) {
        byte[] offsets = new byte[section.length()];
        System.arraycopy(section.bytes(), section.from(), offsets, 0, offsets.length);
        if (offsets[0] < 0) {
            throw new MalformedFrameException(section.from(), "a first point below the range");
        }
        if (offsets[offsets.length - 1] > 0) {
            throw new MalformedFrameException(section.to() - 1, "a last point above the range");
        }
        return new PointOffsets(offsets);
    }

    /** Returns the bytes as they are written; none for even points. */
    Section section() {
        return new Section(offsets, 0, offsets.length);
    }

    boolean isFitted() {
        return offsets.length > 0;
    }

    /** Returns the offset of a level, in steps. */
    double of(int level) {
        return offsets.length == 0 ? 0 : offsets[level] / UNIT;
    }
}
