package io.splittune.codec;

import java.util.Objects;

/**
 * A tensor read from the wire.
 *
 * <p>The arrays are the caller's own from here on; they are not copied, so two results are equal only when they share
 * them.
 *
 * @param values row-major, finite; dropped elements are 0
 * @param shape as expected by the caller; empty for a scalar
 * @param mask the kept elements; all of them when dense or passed through
 */
@SuppressWarnings("ArrayRecordComponent") // Megabytes that are handed over, not compared.
public record Decoded(float[] values, int[] shape, Mask mask) {
    /** Checks that all are there. */
    public Decoded {
        Objects.requireNonNull(values, "values");
        Objects.requireNonNull(shape, "shape");
        Objects.requireNonNull(mask, "mask");
    }
}
