package io.splittune.codec;

/**
 * How a large tensor is cut along its samples, so that several threads can work on it. Pure: the shape decides alone, and
 * no result depends on the number of threads.
 *
 * <p>There are as many slices as the largest power of two that is neither above n / 2^20 nor above 16 nor above the number
 * N of samples, at least one; slice s of S holds the samples from {@code s N div S} up to {@code (s + 1) N div S}.
 *
 * @param layout of the tensor
 * @param count S
 */
record Slices(RowLayout layout, int count) {
    private static final int MOST = 16;
    private static final int ELEMENTS_SHIFT = 20;

    /** Cuts a tensor. */
    static Slices of(RowLayout layout) {
        int samples = layout.rows() / layout.tokens();
        int most = Math.min(samples, Math.min(MOST, layout.elements() >> ELEMENTS_SHIFT));
        return new Slices(layout, Math.max(1, Integer.highestOneBit(most)));
    }

    /** Returns the first element of a slice, or n behind the last one. */
    int from(int slice) {
        int sample = layout.tokens() * layout.columns();
        return (int) ((long) (layout.elements() / sample) * slice / count) * sample;
    }

    /** Returns how many elements a slice has. */
    int elements(int slice) {
        return from(slice + 1) - from(slice);
    }

    /** Returns how the elements of a slice lie. */
    RowLayout layout(int slice) {
        return count == 1 ? layout : new RowLayout(elements(slice), layout.columns(), layout.tokens());
    }
}
