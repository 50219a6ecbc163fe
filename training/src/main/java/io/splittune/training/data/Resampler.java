package io.splittune.training.data;

/**
 * Resizes a rectangle of an image to a square with a triangle filter that widens when it shrinks (antialiased bilinear,
 * as Pillow does it), in plain float arithmetic. Immutable; each call works alone.
 */
final class Resampler {
    private Resampler() {}

    /** For each output position: the first source position and the weights from there on. */
    private static final class Taps {
        private final int[] first;
        private final float[][] weights;

        private Taps(int[] first, float[][] weights) {
            this.first = first;
            this.weights = weights;
        }

        static Taps of(double from, double length, int sourceSize, int targetSize) {
            double scale = length / targetSize;
            double support = Math.max(1, scale);
            int[] first = new int[targetSize];
            float[][] weights = new float[targetSize][];
            for (int i = 0; i < targetSize; i++) {
                double centre = from + (i + 0.5) * scale;
                int low = (int) Math.max(0, Math.floor(centre - support + 0.5));
                int high = (int) Math.min(sourceSize, Math.floor(centre + support + 0.5));
                low = Math.min(low, sourceSize - 1);
                high = Math.max(high, low + 1);
                first[i] = low;
                weights[i] = triangle(low, high, centre, support);
            }
            return new Taps(first, weights);
        }

        private static float[] triangle(int low, int high, double centre, double support) {
            float[] weights = new float[high - low];
            double sum = 0;
            for (int j = 0; j < weights.length; j++) {
                double weight = Math.max(0, 1 - Math.abs((low + j + 0.5 - centre) / support));
                weights[j] = (float) weight;
                sum += weight;
            }
            if (sum == 0) {
                weights[0] = 1;
                return weights;
            }
            for (int j = 0; j < weights.length; j++) {
                weights[j] = (float) (weights[j] / sum);
            }
            return weights;
        }
    }

    /**
     * Resizes a rectangle of all three planes.
     *
     * @param image source
     * @param left left edge in pixels, may be fractional
     * @param top top edge
     * @param width width of the rectangle, positive
     * @param height height of the rectangle, positive
     * @param size side of the result
     * @return (3, size, size) values from 0 to 255
     */
    static float[] resize(RawImage image, double left, double top, double width, double height, int size) {
        Taps columns = Taps.of(left, width, image.width(), size);
        Taps rows = Taps.of(top, height, image.height(), size);
        int firstRow = rows.first[0];
        int lastRow = rows.first[size - 1] + rows.weights[size - 1].length;
        float[] result = new float[RawImage.CHANNELS * size * size];
        float[] narrowed = new float[(lastRow - firstRow) * size];
        for (int channel = 0; channel < RawImage.CHANNELS; channel++) {
            narrow(image, channel, firstRow, lastRow, columns, narrowed);
            for (int y = 0; y < size; y++) {
                float[] weights = rows.weights[y];
                int target = (channel * size + y) * size;
                for (int j = 0; j < weights.length; j++) {
                    int source = (rows.first[y] + j - firstRow) * size;
                    for (int x = 0; x < size; x++) {
                        result[target + x] += weights[j] * narrowed[source + x];
                    }
                }
            }
        }
        return result;
    }

    private static void narrow(RawImage image, int channel, int firstRow, int lastRow, Taps columns, float[] narrowed) {
        byte[] planes = image.planes();
        int size = columns.first.length;
        for (int row = firstRow; row < lastRow; row++) {
            int base = (channel * image.height() + row) * image.width();
            for (int x = 0; x < size; x++) {
                float[] weights = columns.weights[x];
                int source = base + columns.first[x];
                float sum = 0;
                for (int j = 0; j < weights.length; j++) {
                    sum += weights[j] * (planes[source + j] & 0xFF);
                }
                narrowed[(row - firstRow) * size + x] = sum;
            }
        }
    }
}
