package io.splittune.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Packs bits, highest first, into an array that is sized once. Confined to one thread.
 *
 * <p>Up to 31 bits wait in a register; the rest is already in the array.
 */
final class BitWriter {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] bytes;
    private int position;
    private long waiting;
    private int waitingBits;

    /**
     * Starts at the first byte of a new array.
     *
     * @param bits no fewer than will be written
     */
    BitWriter(long bits) {
        this.bytes = new byte[Math.toIntExact((bits >>> 3) + Integer.BYTES + 1)];
    }

    /** Writes the low {@code count} bits of a value that has no others; count in [0, 32]. */
    void write(int value, int count) {
        waiting = waiting << count | Integer.toUnsignedLong(value);
        waitingBits += count;
        if (waitingBits >= Integer.SIZE) {
            waitingBits -= Integer.SIZE;
            INT.set(bytes, position, (int) (waiting >>> waitingBits));
            position += Integer.BYTES;
        }
    }

    /** Writes {@code zeros} zero bits and a one. */
    void writeUnary(int zeros) {
        int left = zeros;
        while (left >= Integer.SIZE) {
            write(0, Integer.SIZE);
            left -= Integer.SIZE;
        }
        write(1, left + 1);
    }

    /** Fills the last byte with zero bits and returns everything written. */
    Section finish() {
        int padding = -waitingBits & 7;
        write(0, padding);
        for (int shift = waitingBits - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            bytes[position++] = (byte) (waiting >>> shift);
        }
        waitingBits = 0;
        return new Section(bytes, 0, position);
    }
}
