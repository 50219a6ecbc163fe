package io.splittune.model;

import io.splittune.core.Check;

/**
 * Resizes learned positions to another grid of patches, as timm does: bicubic with antialiasing, in fp32, the class
 * token's position kept.
 *
 * <p>The kernel is Keys' cubic convolution with a = -0.5, which PyTorch uses when {@code antialias} is true; when the
 * grid shrinks it is stretched by the ratio of the sizes. Weights outside the grid are dropped and the rest is scaled
 * to a sum of 1. The two axes are done one after the other, columns first.
 */
final class PositionInterpolation {
    private static final double KEYS_A = -0.5;
    private static final double KERNEL_RADIUS = 2;

    private PositionInterpolation() {}

    /**
     * Resizes.
     *
     * @param positions shape (1, 1 + fromSide^2, width)
     * @param fromSide patches along one edge, as stored
     * @param toSide patches along one edge, wanted
     * @return shape (1, 1 + toSide^2, width); {@code positions} itself when the sides are equal
     */
    static FloatArray resize(FloatArray positions, int fromSide, int toSide) {
        Check.positive(toSide, "toSide");
        if (fromSide == toSide) {
            return positions;
        }
        int width = Math.toIntExact(positions.shape()[2]);
        float[] source = positions.toArray();
        float[] result = new float[Math.toIntExact((1L + (long) toSide * toSide) * width)];
        System.arraycopy(source, 0, result, 0, width);
        float[] wide = new float[fromSide * toSide * width];
        for (int to = 0; to < toSide; to++) {
            Window window = Window.of(to, fromSide, toSide);
            for (int row = 0; row < fromSide; row++) {
                for (int i = 0; i < window.weights.length; i++) {
                    int from = 1 + row * fromSide + window.first + i;
                    addScaled(source, from, window.weights[i], wide, row * toSide + to, width);
                }
            }
        }
        for (int to = 0; to < toSide; to++) {
            Window window = Window.of(to, fromSide, toSide);
            for (int column = 0; column < toSide; column++) {
                for (int i = 0; i < window.weights.length; i++) {
                    int from = (window.first + i) * toSide + column;
                    addScaled(wide, from, window.weights[i], result, 1 + to * toSide + column, width);
                }
            }
        }
        return FloatArray.wrap(result, 1, 1 + (long) toSide * toSide, width);
    }

    private static void addScaled(float[] from, int fromRow, float factor, float[] to, int toRow, int width) {
        for (int i = 0; i < width; i++) {
            to[toRow * width + i] += factor * from[fromRow * width + i];
        }
    }

    /** The inputs that one output is made of. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Window(int first, float[] weights) {
        static Window of(int to, int fromSide, int toSide) {
            double scale = (double) fromSide / toSide;
            double stretch = Math.max(scale, 1);
            double support = KERNEL_RADIUS * stretch;
            double centre = scale * (to + 0.5);
            int first = Math.max((int) (centre - support + 0.5), 0);
            int end = Math.min((int) (centre + support + 0.5), fromSide);
            double[] weights = new double[end - first];
            double sum = 0;
            for (int i = 0; i < weights.length; i++) {
                weights[i] = keys((i + first - centre + 0.5) / stretch);
                sum += weights[i];
            }
            float[] normalised = new float[weights.length];
            for (int i = 0; i < weights.length; i++) {
                normalised[i] = (float) (weights[i] / sum);
            }
            return new Window(first, normalised);
        }

        /** Keys 1981, "Cubic convolution interpolation for digital image processing", eq. (15). */
        private static double keys(double distance) {
            double x = Math.abs(distance);
            if (x < 1) {
                return ((KEYS_A + 2) * x - (KEYS_A + 3)) * x * x + 1;
            }
            return x < 2 ? (((x - 5) * x + 8) * x - 4) * KEYS_A : 0;
        }
    }
}
