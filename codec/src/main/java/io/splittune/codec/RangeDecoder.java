package io.splittune.codec;

/**
 * Binary range decoder: the inverse of {@link RangeEncoder}, and the definition of the code. Confined to one thread.
 *
 * <p>{@code range} starts at 2^48 - 1 and {@code code} at the first six bytes, big-endian. A bit whose probability of a
 * one is p/65536 splits the range at {@code bound = (range >> 16) p}: it is a one and {@code range = bound} if
 * {@code code < bound}, else a zero, and both are lowered by {@code bound}. If the range is then below 2^32 it is shifted
 * up by 16 bits, and so is the code, which takes in the next two bytes. The code takes in the section's last byte exactly.
 * A run of w plain bits divides the range by 2^w (rounded down); {@code code div range} is their value, below 2^w, and is
 * taken off the code in whole ranges.
 *
 * <p>Inner loops work on copies of the fields and hand them back.
 */
final class RangeDecoder {
    final byte[] bytes;
    final int end;
    int position;
    long code;
    long range = RangeEncoder.FULL_RANGE;

    /**
     * Starts.
     *
     * @param section whose code begins after a number of bytes
     * @param reserved that number
     * @throws MalformedFrameException if the code has fewer than six bytes or they are all 0xff
     */
    RangeDecoder(Section section, int reserved) {
        this.bytes = section.bytes();
        this.end = section.to();
        this.position = Math.min(end, section.from() + reserved);
        for (int i = 0; i < RangeEncoder.STATE_BITS / RangeEncoder.WORD_BITS; i++) {
            code = code << RangeEncoder.WORD_BITS | next();
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
        long bound = (range >>> BitModels.PROBABILITY_BITS) * probability;
        long ones = (code - bound) >> (Long.SIZE - 1);
        long rest = range - bound;
        code -= bound & ~ones;
        range = rest ^ ((rest ^ bound) & ones);
        if (range < RangeEncoder.LOWEST_RANGE) {
            shift();
        }
        return -(int) ones;
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
        if (range < RangeEncoder.LOWEST_RANGE) {
            shift();
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

    private void shift() {
        range <<= RangeEncoder.WORD_BITS;
        code = code << RangeEncoder.WORD_BITS | next();
    }

    private int next() {
        int word = word(bytes, position, end);
        position += Short.BYTES;
        return word;
    }

    /** Returns the next 16 bits. */
    static int word(byte[] bytes, int position, int end) {
        if (end - position < Short.BYTES) {
            throw new MalformedFrameException(position, "the section ends early");
        }
        return (bytes[position] & 0xff) << Byte.SIZE | (bytes[position + 1] & 0xff);
    }
}
