package io.splittune.cli;

/**
 * A tensor read from a file.
 *
 * <p>A class and not a record, for its arrays are not copied.
 */
final class TensorValues {
    private final String name;
    private final int[] shape;
    private final float[] values;

    /**
     * Takes over the arrays.
     *
     * @param name the tensor's name in its file, or the file's
     * @param shape one to eight sizes
     * @param values in C order
     */
    TensorValues(String name, int[] shape, float[] values) {
        this.name = name;
        this.shape = shape;
        this.values = values;
    }

    String name() {
        return name;
    }

    int[] shape() {
        return shape;
    }

    float[] values() {
        return values;
    }
}
