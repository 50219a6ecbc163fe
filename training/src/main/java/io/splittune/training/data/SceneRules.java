package io.splittune.training.data;

import io.splittune.core.Check;

/**
 * How much is left to chance in a procedural image.
 *
 * @param rotationDegrees the figure is turned by up to this angle either way, 0 to 180
 * @param textureDegrees its pattern is turned by up to this angle either way against the image, 0 to 180
 * @param smallestRadius least size of the figure as a part of the image's side
 * @param largestRadius greatest size, at most 0.5
 * @param smallestPeriod least period of the pattern as a part of the image's side
 * @param largestPeriod greatest period
 * @param contrast least distance of the two colours of a pattern, root mean square over the components, 0 to 0.45
 * @param noise standard deviation of the noise per value, in [0, 1] of full scale
 * @param clutter number of small spots and strokes behind the figure
 * @param occlusion probability that a bar hides a part of the figure
 */
public record SceneRules(
        double rotationDegrees,
        double textureDegrees,
        double smallestRadius,
        double largestRadius,
        double smallestPeriod,
        double largestPeriod,
        double contrast,
        double noise,
        int clutter,
        double occlusion) {
    /** Checks the ranges. */
    public SceneRules {
        Check.inRange(rotationDegrees, 0, 180, "rotationDegrees");
        Check.inRange(textureDegrees, 0, 180, "textureDegrees");
        Check.inRange(smallestRadius, 0.05, largestRadius, "smallestRadius");
        Check.inRange(largestRadius, smallestRadius, 0.5, "largestRadius");
        Check.inRange(smallestPeriod, 0.01, largestPeriod, "smallestPeriod");
        Check.inRange(largestPeriod, smallestPeriod, 1, "largestPeriod");
        Check.inRange(contrast, 0, 0.45, "contrast");
        Check.inRange(noise, 0, 1, "noise");
        Check.notNegative(clutter, "clutter");
        Check.inRange(occlusion, 0, 1, "occlusion");
    }
}
