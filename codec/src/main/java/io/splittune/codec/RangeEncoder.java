package io.splittune.codec;

import java.util.Arrays;

/**
 * Binary range encoder with carry propagation (Martin 1979; the byte-wise carry cache follows Schindler 1998). Its inverse
 * is {@link RangeDecoder}. Confined to one thread.
 */
final class RangeEncoder {
    private static final long LOWEST_RANGE = 1L << 24;
    private static final int TAIL_BYTES = Integer.BYTES;

    private byte[] bytes;
    private int length;
    private long low;
    private long range = 0xffff_ffffL;
    private int cached;
    /** Bytes that wait for a carry: the cached one, then 0xff. */
    private long waiting = 1;

    /**
     * Starts.
     *
     * @param expectedBytes first size of the buffer; it grows
     */
    RangeEncoder(int expectedBytes) {
        this.bytes = new byte[expectedBytes + TAIL_BYTES];
    }

    /**
     * Codes one bit.
     *
     * @param bit 0 or 1
     * @param probability of a one, in 1/65536, in [1, 65535]
     */
    void encode(int bit, int probability) {
        long bound = (range >>> AdaptiveBit.PROBABILITY_BITS) * probability;
        if (bit != 0) {
            range = bound;
        } else {
            low += bound;
            range -= bound;
        }
        while (range < LOWEST_RANGE) {
            range <<= Byte.SIZE;
            shiftLow();
        }
    }

    /**
     * Codes several bits of probability a half at once.
     *
     * @param value in [0, 2^count)
     * @param count in [0, 8]
     */
    void encodePlain(int value, int count) {
        range >>>= count;
        low += range * value;
        while (range < LOWEST_RANGE) {
            range <<= Byte.SIZE;
            shiftLow();
        }
    }

    /** Ends the code and returns all of it. */
    Section finish() {
        for (int i = 0; i <= TAIL_BYTES; i++) {
            shiftLow();
        }
        // The byte that was cached at the start is 0 and stays so: no carry can go past the first range.
        return new Section(bytes, 1, length);
    }

    private void shiftLow() {
        if (low < 0xff00_0000L || low > 0xffff_ffffL) {
            int carry = (int) (low >>> Integer.SIZE);
            append(cached + carry);
            for (; waiting > 1; waiting--) {
                append(0xff + carry);
            }
            cached = (int) (low >>> (Integer.SIZE - Byte.SIZE)) & 0xff;
        } else {
            waiting++;
        }
        low = (low & 0x00ff_ffffL) << Byte.SIZE;
    }

    private void append(int value) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.addExact(length, (length >>> 1) + 16));
        }
        bytes[length++] = (byte) value;
    }
}
