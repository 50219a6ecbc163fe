package io.splittune.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Reads what {@link BitWriter} wrote and never past the end of its section. Confined to one thread. */
final class BitReader {
    /** Bits of a 64-bit window that are surely valid, whatever the bit offset in its first byte. */
    private static final int WINDOW_BITS = 57;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] bytes;
    private final long endBit;
    private long bit;

    /** Starts at the first byte of the section. */
    BitReader(Section section) {
        this.bytes = section.bytes();
        this.bit = (long) section.from() << 3;
        this.endBit = (long) section.to() << 3;
    }

    /** Reads {@code count} bits, in [0, 32]. */
    int read(int count) {
        // Two shifts: a shift by 64 would be one by 0.
        int value = (int) (window() >>> 1 >>> (Long.SIZE - 1 - count));
        skip(count);
        return value;
    }

    /**
     * Reads a run of zero bits and the one behind it.
     *
     * @param limit the longest run that makes sense
     * @return the length of the run
     */
    int readUnary(int limit) {
        int zeros = 0;
        while (true) {
            int run = Math.min(Long.numberOfLeadingZeros(window()), WINDOW_BITS);
            zeros += run;
            if (zeros > limit) {
                throw malformed("a run of more than " + limit + " zero bits");
            }
            if (run < WINDOW_BITS) {
                skip(run + 1);
                return zeros;
            }
            skip(run);
        }
    }

    /** Makes sure, before memory is set aside for them, that at least this many bits are left. */
    void require(long bits) {
        if (bits > endBit - bit) {
            throw malformed("the section ends early");
        }
    }

    /** Goes on to the next whole byte; the bits in between must be zero. Returns that byte's offset. */
    int align() {
        if (read((int) (-bit & 7)) != 0) {
            throw malformed("padding bits are not zero");
        }
        return (int) (bit >>> 3);
    }

    /** Makes sure that the section was read to its end. */
    void finish() {
        if (align() != endBit >>> 3) {
            throw malformed("the section is longer than its content");
        }
    }

    MalformedFrameException malformed(String reason) {
        return new MalformedFrameException((int) (Math.min(bit, endBit) >>> 3), reason);
    }

    private void skip(int count) {
        bit += count;
        if (bit > endBit) {
            throw malformed("the section ends early");
        }
    }

    /** Returns at least {@link #WINDOW_BITS} bits from here on, highest first; zeros past the end of the array. */
    private long window() {
        int first = (int) (bit >>> 3);
        if (first <= bytes.length - Long.BYTES) {
            return (long) LONG.get(bytes, first) << (bit & 7);
        }
        long window = 0;
        for (int i = first; i < first + Long.BYTES; i++) {
            window = window << Byte.SIZE | (i < bytes.length ? bytes[i] & 0xff : 0);
        }
        return window << (bit & 7);
    }
}
