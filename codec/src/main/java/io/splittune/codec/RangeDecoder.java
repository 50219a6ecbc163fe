package io.splittune.codec;

/**
 * Binary range decoder: the inverse of {@link RangeEncoder}, and the definition of the code. Confined to one thread.
 *
 * <p>{@code range} starts at 2^32 - 1 and {@code code} at the first four bytes, big-endian. A bit whose probability of a
 * one is p/65536 splits the range at {@code bound = (range >> 16) p}: it is a one and {@code range = bound} if
 * {@code code < bound}, else a zero, and both are lowered by {@code bound}. While the range is below 2^24 it is shifted up
 * by 8 bits, and so is the code, which takes in the next byte. The code takes in the section's last byte exactly. A run of
 * w plain bits divides the range by 2^w (rounded down); {@code code div range} is their value, below 2^w, and is taken off
 * the code in whole ranges.
 */
final class RangeDecoder {
    private static final long LOWEST_RANGE = 1L << 24;

    private final byte[] bytes;
    private final int end;
    private int position;
    private long code;
    private long range = 0xffff_ffffL;

    /**
     * Starts.
     *
     * @throws MalformedFrameException if the section has fewer than four bytes or they are all 0xff
     */
    RangeDecoder(Section section) {
        this.bytes = section.bytes();
        this.position = section.from();
        this.end = section.to();
        for (int i = 0; i < Integer.BYTES; i++) {
            code = code << Byte.SIZE | next();
        }
        requireInRange();
    }

    /**
     * Decodes one bit.
     *
     * @param probability of a one, in 1/65536, in [1, 65535]
     * @throws MalformedFrameException if the section ends early
     */
    int decode(int probability) {
        long bound = (range >>> AdaptiveBit.PROBABILITY_BITS) * probability;
        int bit;
        if (code < bound) {
            range = bound;
            bit = 1;
        } else {
            range -= bound;
            code -= bound;
            bit = 0;
        }
        while (range < LOWEST_RANGE) {
            range <<= Byte.SIZE;
            code = code << Byte.SIZE | next();
        }
        return bit;
    }

    /**
     * Decodes several bits of probability a half at once.
     *
     * @param count in [0, 8]
     * @throws MalformedFrameException if the section ends early or holds no such bits
     */
    int decodePlain(int count) {
        range >>>= count;
        long value = code / range;
        code -= Math.min(value, (1L << count) - 1) * range;
        requireInRange();
        while (range < LOWEST_RANGE) {
            range <<= Byte.SIZE;
            code = code << Byte.SIZE | next();
        }
        return (int) value;
    }

    /** Makes sure that the section was read to its end. */
    void finish() {
        if (position != end) {
            throw malformed("the section is longer than its content");
        }
    }

    MalformedFrameException malformed(String reason) {
        return new MalformedFrameException(position, reason);
    }

    /** What no encoder writes; from here on the steps keep the code below the range by themselves. */
    private void requireInRange() {
        if (code >= range) {
            throw malformed("a code beyond its range");
        }
    }

    private long next() {
        if (position == end) {
            throw malformed("the section ends early");
        }
        return bytes[position++] & 0xff;
    }
}
