package io.splittune.codec;

import java.util.Objects;

/**
 * A tensor ready for the wire.
 *
 * <p>The array is the caller's own from here on; it is not copied, so two results are equal only when they share it.
 *
 * @param frame a frame of {@link FrameFormat}; its length counts every byte that crosses the cut
 * @param mask the kept elements; all of them when dense or passed through
 */
@SuppressWarnings("ArrayRecordComponent") // Megabytes that are handed over, not compared.
public record Encoded(byte[] frame, Mask mask) {
    /** Checks that both are there. */
    public Encoded {
        Objects.requireNonNull(frame, "frame");
        Objects.requireNonNull(mask, "mask");
    }
}
