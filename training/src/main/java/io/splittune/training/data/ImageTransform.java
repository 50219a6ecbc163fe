package io.splittune.training.data;

import io.splittune.core.Check;
import java.util.random.RandomGenerator;

/**
 * From a decoded image of any size to the normalised square that the network takes.
 *
 * <p>Without augmentation the largest centred square is resized to the wanted side, which equals resizing the shorter
 * side and cropping the centre. An image that already has the wanted size is not resampled. Immutable and thread-safe.
 */
public final class ImageTransform {
    private static final int CROP_TRIES = 10;
    // Fine-tuning sees each image few times: milder than the 8 % that is usual for training from nothing.
    private static final double LEAST_AREA = 0.35;
    private static final double WIDEST_RATIO = 4.0 / 3;
    /** The gap that shifts may open is this part of the side: 4 pixels of 32, as usual for CIFAR. */
    private static final int SIDE_PER_SHIFT = 8;

    private final int imageSize;
    private final Normalisation normalisation;
    private final Augmentation augmentation;

    /**
     * Fixes the preparation.
     *
     * @param imageSize side of the result in pixels, positive
     * @param normalisation per-channel map
     * @param augmentation used by {@link #train} only
     */
    public ImageTransform(int imageSize, Normalisation normalisation, Augmentation augmentation) {
        this.imageSize = Check.positive(imageSize, "imageSize");
        this.normalisation = normalisation;
        this.augmentation = augmentation;
    }

    /** Returns the side of prepared images in pixels. */
    public int imageSize() {
        return imageSize;
    }

    /** Returns the number of values of one prepared image. */
    public int valuesPerImage() {
        return RawImage.CHANNELS * imageSize * imageSize;
    }

    /**
     * Prepares an image without augmentation.
     *
     * @param image source
     * @param target receives (3, imageSize, imageSize) values
     * @param offset where they begin
     */
    public void evaluate(RawImage image, float[] target, int offset) {
        normalise(centre(image), false, 0, 0, target, offset);
    }

    /**
     * Prepares an image with augmentation.
     *
     * @param image source
     * @param random decides the changes; the number of draws depends on the augmentation
     * @param target receives (3, imageSize, imageSize) values
     * @param offset where they begin
     */
    public void train(RawImage image, RandomGenerator random, float[] target, int offset) {
        boolean mirror = augmentation.mirror() && random.nextBoolean();
        switch (augmentation.crop()) {
            case CENTRE -> normalise(centre(image), mirror, 0, 0, target, offset);
            case PADDED -> {
                int reach = imageSize / SIDE_PER_SHIFT;
                int right = random.nextInt(2 * reach + 1) - reach;
                int down = random.nextInt(2 * reach + 1) - reach;
                normalise(centre(image), mirror, right, down, target, offset);
            }
            case RESIZED -> normalise(randomCrop(image, random), mirror, 0, 0, target, offset);
        }
    }

    private float[] centre(RawImage image) {
        if (image.width() == imageSize && image.height() == imageSize) {
            float[] values = new float[valuesPerImage()];
            byte[] planes = image.planes();
            for (int i = 0; i < values.length; i++) {
                values[i] = planes[i] & 0xFF;
            }
            return values;
        }
        int side = Math.min(image.width(), image.height());
        double left = (image.width() - side) / 2.0;
        double top = (image.height() - side) / 2.0;
        return Resampler.resize(image, left, top, side, side, imageSize);
    }

    /** A rectangle of random area and ratio, resized to a square (Szegedy et al. 2015). */
    private float[] randomCrop(RawImage image, RandomGenerator random) {
        double area = (double) image.width() * image.height();
        double widestLog = StrictMath.log(WIDEST_RATIO);
        for (int attempt = 0; attempt < CROP_TRIES; attempt++) {
            double part = area * (LEAST_AREA + (1 - LEAST_AREA) * random.nextDouble());
            double ratio = StrictMath.exp(widestLog * (2 * random.nextDouble() - 1));
            double width = Math.sqrt(part * ratio);
            double height = Math.sqrt(part / ratio);
            if (width <= image.width() && height <= image.height()) {
                double left = (image.width() - width) * random.nextDouble();
                double top = (image.height() - height) * random.nextDouble();
                return Resampler.resize(image, left, top, width, height, imageSize);
            }
        }
        return centre(image);
    }

    /** Shifts (right, down), mirrors, normalises; what comes from outside is black. */
    private void normalise(float[] values, boolean mirror, int right, int down, float[] target, int offset) {
        for (int channel = 0; channel < RawImage.CHANNELS; channel++) {
            float scale = normalisation.scale(channel);
            float shift = normalisation.offset(channel);
            for (int y = 0; y < imageSize; y++) {
                int sourceRow = y - down;
                boolean rowInside = sourceRow >= 0 && sourceRow < imageSize;
                int base = (channel * imageSize + sourceRow) * imageSize;
                int out = offset + (channel * imageSize + y) * imageSize;
                for (int x = 0; x < imageSize; x++) {
                    int column = (mirror ? imageSize - 1 - x : x) - right;
                    boolean inside = rowInside && column >= 0 && column < imageSize;
                    target[out + x] = inside ? values[base + column] * scale + shift : shift;
                }
            }
        }
    }
}
