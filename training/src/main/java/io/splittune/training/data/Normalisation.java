package io.splittune.training.data;

import io.splittune.core.Check;
import java.util.Arrays;

/**
 * The affine map from bytes to network inputs, per channel: {@code (byte / 255 - mean) / std}. Immutable.
 */
public final class Normalisation {
    private final float[] mean;
    private final float[] std;

    private Normalisation(float[] mean, float[] std) {
        this.mean = mean;
        this.std = std;
    }

    /**
     * Makes the map.
     *
     * @param mean three values in [0, 1], copied
     * @param std three positive values, copied
     * @throws IllegalArgumentException for another number of values, or values out of range
     */
    public static Normalisation of(float[] mean, float[] std) {
        Check.require(
                mean.length == RawImage.CHANNELS && std.length == RawImage.CHANNELS,
                "Normalisation needs 3 means and 3 deviations, not %s and %s.",
                mean.length,
                std.length);
        for (int channel = 0; channel < RawImage.CHANNELS; channel++) {
            Check.inRange(mean[channel], 0, 1, "mean");
            Check.positive((double) std[channel], "std");
        }
        return new Normalisation(mean.clone(), std.clone());
    }

    /** Returns the map from [0, 255] to [-1, 1] that timm's ViT weights expect. */
    public static Normalisation half() {
        return of(new float[] {0.5f, 0.5f, 0.5f}, new float[] {0.5f, 0.5f, 0.5f});
    }

    /** Returns the factor that a value in [0, 255] is multiplied by. */
    float scale(int channel) {
        return 1f / (255f * std[channel]);
    }

    /** Returns what is added after the multiplication. */
    float offset(int channel) {
        return -mean[channel] / std[channel];
    }

    @Override
    public String toString() {
        return "mean " + Arrays.toString(mean) + ", std " + Arrays.toString(std);
    }
}
