package io.splittune.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Bitmaps between 64-bit words and little-endian bytes. Thread-safe (pure). */
final class Bitmaps {
    private Bitmaps() {}

    static int bytesFor(int bits) {
        return (bits + 7) >>> 3;
    }

    /** Writes the first {@code bits} bits at an offset of the array. */
    static void write(long[] words, int bits, byte[] target, int offset) {
        int whole = bits >>> 6;
        ByteBuffer.wrap(target, offset, whole * Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asLongBuffer()
                .put(words, 0, whole);
        for (int i = whole * Long.BYTES; i < bytesFor(bits); i++) {
            target[offset + i] = (byte) (words[whole] >>> (i << 3));
        }
    }

    /**
     * Reads a bitmap that must fill its section.
     *
     * @throws MalformedFrameException if the section has another length or its padding bits are not zero
     */
    static long[] read(Section section, int bits) {
        int length = bytesFor(bits);
        if (section.length() != length) {
            throw new MalformedFrameException(
                    section.from(), "a bitmap of " + section.length() + " bytes, expected " + length);
        }
        long[] words = new long[Mask.wordsFor(bits)];
        int whole = bits >>> 6;
        ByteBuffer.wrap(section.bytes(), section.from(), whole * Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asLongBuffer()
                .get(words, 0, whole);
        for (int i = whole * Long.BYTES; i < length; i++) {
            words[whole] |= (section.bytes()[section.from() + i] & 0xffL) << (i << 3);
        }
        if ((bits & 63) != 0 && words[whole] >>> bits != 0) {
            throw new MalformedFrameException(section.to() - 1, "padding bits are not zero");
        }
        return words;
    }
}
