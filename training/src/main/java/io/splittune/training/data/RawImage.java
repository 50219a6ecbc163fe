package io.splittune.training.data;

import io.splittune.core.Check;

/**
 * One decoded image: three planes (red, green, blue) of unsigned bytes, each row by row from the top left.
 *
 * <p>Grey images are stored with three equal planes. The image owns its array: who makes one hands the array over, and
 * who reads {@link #planes()} does not write to it.
 */
public final class RawImage {
    /** Planes of every image. */
    public static final int CHANNELS = 3;

    private final byte[] planes;
    private final int width;
    private final int height;

    private RawImage(byte[] planes, int width, int height) {
        this.planes = planes;
        this.width = width;
        this.height = height;
    }

    /**
     * Takes over three planes.
     *
     * @param planes 3 x height x width unsigned bytes, handed over
     * @param width pixels, positive
     * @param height pixels, positive
     * @throws IllegalArgumentException if the sizes do not agree
     */
    public static RawImage ofPlanes(byte[] planes, int width, int height) {
        checkSize(planes.length, CHANNELS, width, height);
        return new RawImage(planes, width, height);
    }

    /**
     * Copies one grey plane into all three.
     *
     * @param grey height x width unsigned bytes, copied
     * @param width pixels, positive
     * @param height pixels, positive
     * @throws IllegalArgumentException if the sizes do not agree
     */
    public static RawImage ofGrey(byte[] grey, int width, int height) {
        checkSize(grey.length, 1, width, height);
        byte[] planes = new byte[CHANNELS * grey.length];
        for (int channel = 0; channel < CHANNELS; channel++) {
            System.arraycopy(grey, 0, planes, channel * grey.length, grey.length);
        }
        return new RawImage(planes, width, height);
    }

    private static void checkSize(int length, int channels, int width, int height) {
        Check.positive(width, "width");
        Check.positive(height, "height");
        Check.require(
                (long) channels * width * height == length,
                "An image of %s x %s pixels and %s channels needs %s bytes, not %s.",
                width,
                height,
                channels,
                (long) channels * width * height,
                length);
    }

    /** Returns the 3 x height x width bytes themselves, to be read only. */
    public byte[] planes() {
        return planes;
    }

    /** Returns the width in pixels. */
    public int width() {
        return width;
    }

    /** Returns the height in pixels. */
    public int height() {
        return height;
    }

    /** Returns the value of one pixel, 0 to 255. */
    public int at(int channel, int row, int column) {
        return planes[(channel * height + row) * width + column] & 0xFF;
    }
}
