package io.splittune.training.data;

import io.splittune.core.Check;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Prepared images and their labels.
 *
 * <p>The batch owns its arrays; readers do not write to them, unless they are the batch's only reader.
 */
public final class Batch {
    private final float[] pixels;
    private final int[] labels;
    private final int imageSize;

    /**
     * Takes over the arrays.
     *
     * @param pixels (size, 3, imageSize, imageSize), normalised
     * @param labels one per image
     * @param imageSize side in pixels
     * @throws IllegalArgumentException if the sizes do not agree
     */
    public Batch(float[] pixels, int[] labels, int imageSize) {
        Check.require(
                pixels.length == (long) labels.length * RawImage.CHANNELS * imageSize * imageSize,
                "%s values do not make %s images of side %s.",
                pixels.length,
                labels.length,
                imageSize);
        this.pixels = pixels;
        this.labels = labels;
        this.imageSize = imageSize;
    }

    /** Returns the values themselves, (size, 3, imageSize, imageSize). */
    public float[] pixels() {
        return pixels;
    }

    /** Returns the labels themselves, one per image. */
    public int[] labels() {
        return labels;
    }

    /** Returns the number of images. */
    public int size() {
        return labels.length;
    }

    /** Returns the side of every image in pixels. */
    public int imageSize() {
        return imageSize;
    }

    /**
     * Copies images {@code from} (inclusive) to {@code to} (exclusive).
     *
     * @throws IllegalArgumentException if the range is empty or leaves the batch
     */
    public Batch slice(int from, int to) {
        Check.require(0 <= from && from < to && to <= size(), "No images %s to %s in %s.", from, to, size());
        int perImage = RawImage.CHANNELS * imageSize * imageSize;
        return new Batch(
                Arrays.copyOfRange(pixels, from * perImage, to * perImage),
                Arrays.copyOfRange(labels, from, to),
                imageSize);
    }

    /**
     * Cuts the batch into micro-batches in order; the last one may be smaller.
     *
     * @param microBatch images in each, positive
     * @return copies; the batch itself when it is small enough
     */
    public List<Batch> microBatches(int microBatch) {
        Check.positive(microBatch, "microBatch");
        if (size() <= microBatch) {
            return List.of(this);
        }
        List<Batch> parts = new ArrayList<>();
        for (int from = 0; from < size(); from += microBatch) {
            parts.add(slice(from, Math.min(size(), from + microBatch)));
        }
        return List.copyOf(parts);
    }
}
