package io.splittune.training.data;

/**
 * Random changes of a training image.
 *
 * @param mirror whether half of the images are mirrored left to right
 * @param crop how the part that is seen is chosen
 */
public record Augmentation(boolean mirror, Crop crop) {
    /** No change. */
    public static final Augmentation NONE = new Augmentation(false, Crop.CENTRE);
    /** Shifts only, for images whose mirror image means something else. */
    public static final Augmentation SHIFTS = new Augmentation(false, Crop.PADDED);
    /** Mirroring and shifts, as usual for CIFAR. */
    public static final Augmentation SMALL_IMAGES = new Augmentation(true, Crop.PADDED);
    /** Mirroring and random resized crops, as usual for photographs. */
    public static final Augmentation PHOTOS = new Augmentation(true, Crop.RESIZED);

    /** How the part that is seen is chosen. */
    public enum Crop {
        /** The largest centred square. */
        CENTRE,
        /** The largest centred square, resized, then shifted by up to an eighth of its side with black in the gap. */
        PADDED,
        /** A random rectangle of 35 % to 100 % of the area and a ratio of 3/4 to 4/3, resized to a square. */
        RESIZED
    }
}
