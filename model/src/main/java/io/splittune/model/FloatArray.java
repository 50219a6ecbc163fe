package io.splittune.model;

import io.splittune.core.Check;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * An immutable array of 32-bit values with a shape, row-major, on the Java heap.
 *
 * <p>Equality is by content: equal shapes, and values equal bit for bit. Thread-safe.
 */
public final class FloatArray {
    private final long[] shape;
    private final float[] values;

    private FloatArray(float[] values, long[] shape) {
        this.values = values;
        this.shape = shape;
    }

    /**
     * Copies values.
     *
     * @param values row-major, as many as the shape has elements
     * @param shape lengths of the axes, none negative; empty for a single number
     * @return a new array
     * @throws IllegalArgumentException when the shape and the number of values differ
     */
    public static FloatArray of(float[] values, long... shape) {
        return wrap(values.clone(), shape.clone());
    }

    /**
     * Makes an array of zeros.
     *
     * @param shape lengths of the axes, none negative
     * @return a new array
     */
    public static FloatArray zeros(long... shape) {
        return wrap(new float[Math.toIntExact(elements(shape))], shape.clone());
    }

    /** Takes over {@code values} and {@code shape}: the caller must not keep them. */
    static FloatArray wrap(float[] values, long... shape) {
        Check.require(
                elements(shape) == values.length,
                "shape %s has %s elements, but there are %s values.",
                Arrays.toString(shape),
                elements(shape),
                values.length);
        return new FloatArray(values, shape);
    }

    /**
     * Returns the number of elements of a shape.
     *
     * @throws IllegalArgumentException when an axis is negative
     * @throws ArithmeticException when the number exceeds 63 bits
     */
    static long elements(long... shape) {
        long product = 1;
        for (long axis : shape) {
            product = Math.multiplyExact(product, Check.notNegative(axis, "axis"));
        }
        return product;
    }

    /** Returns a copy of the axes' lengths. */
    public long[] shape() {
        return shape.clone();
    }

    /** Returns the number of elements. */
    public int size() {
        return values.length;
    }

    /**
     * Returns one element.
     *
     * @param index row-major position in {@code [0, size())}
     */
    public float get(int index) {
        return values[index];
    }

    /** Returns a copy of the elements, row-major. */
    public float[] toArray() {
        return values.clone();
    }

    /** Returns a read-only view of the elements, row-major, positioned at the first. */
    public FloatBuffer buffer() {
        return FloatBuffer.wrap(values).asReadOnlyBuffer();
    }

    /**
     * Returns the same elements under another shape; the elements are shared, not copied.
     *
     * @param newShape with the same number of elements
     */
    public FloatArray reshape(long... newShape) {
        return wrap(values, newShape.clone());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FloatArray that
                && Arrays.equals(shape, that.shape)
                && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(shape) + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "FloatArray" + Arrays.toString(shape);
    }
}
