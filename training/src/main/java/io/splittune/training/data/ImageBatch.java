package io.splittune.training.data;

import io.splittune.core.Check;
import java.util.Arrays;

/**
 * Prepared images and their labels.
 *
 * <p>The batch owns its arrays; readers do not write to them, unless they are the batch's only reader.
 */
public final class ImageBatch implements Batch {
    private final float[] pixels;
    private final int[] labels;
    private final int[] samples;
    private final int imageSize;

    /**
     * Takes over the arrays.
     *
     * @param pixels (size, 3, imageSize, imageSize), normalised
     * @param labels one per image
     * @param samples the images' numbers in their data set
     * @param imageSize side in pixels
     * @throws IllegalArgumentException if the sizes do not agree
     */
    public ImageBatch(float[] pixels, int[] labels, int[] samples, int imageSize) {
        Check.require(
                samples.length == labels.length
                        && pixels.length == (long) labels.length * RawImage.CHANNELS * imageSize * imageSize,
                "%s values do not make %s images of side %s.",
                pixels.length,
                labels.length,
                imageSize);
        this.pixels = pixels;
        this.labels = labels;
        this.samples = samples;
        this.imageSize = imageSize;
    }

    /** Returns the values themselves, (size, 3, imageSize, imageSize). */
    public float[] pixels() {
        return pixels;
    }

    /** Returns the labels themselves, one per image. */
    @Override
    public int[] labels() {
        return labels;
    }

    @Override
    public int[] samples() {
        return samples;
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public int targets() {
        return labels.length;
    }

    /** Returns the side of every image in pixels. */
    public int imageSize() {
        return imageSize;
    }

    @Override
    public ImageBatch slice(int from, int to) {
        Check.require(0 <= from && from < to && to <= size(), "No images %s to %s in %s.", from, to, size());
        int perImage = RawImage.CHANNELS * imageSize * imageSize;
        return new ImageBatch(
                Arrays.copyOfRange(pixels, from * perImage, to * perImage),
                Arrays.copyOfRange(labels, from, to),
                Arrays.copyOfRange(samples, from, to),
                imageSize);
    }
}
