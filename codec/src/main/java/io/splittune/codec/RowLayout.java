package io.splittune.codec;

/**
 * How the elements of a tensor lie: rows of channels, and samples of rows.
 *
 * @param elements n, the number of elements
 * @param columns C, the size of the last dimension (the channels); divides n
 * @param tokens T, the rows of one sample: the size of the last dimension but one where there are three or more and it is
 *     not 1, else all rows
 */
record RowLayout(int elements, int columns, int tokens) {
    private static final int LARGEST_REACH = 32;

    /** Returns the layout of a valid shape. */
    static RowLayout of(int[] shape) {
        int elements = FrameFormat.elementsOf(shape);
        int columns = FrameFormat.columnsOf(shape);
        int inner = shape.length < 3 ? 1 : shape[shape.length - 2];
        return new RowLayout(elements, columns, inner > 1 ? inner : elements / columns);
    }

    /** Returns how many rows of channels there are. */
    int rows() {
        return elements / columns;
    }

    /**
     * Returns how many rows up the patch above lies, when a sample's rows are a square of patches behind a class token:
     * the whole square root of T, in [2, 32].
     */
    int reach() {
        return Math.max(2, Math.min(LARGEST_REACH, (int) Math.sqrt(tokens)));
    }
}
