package io.splittune.codec;

import static io.splittune.core.Check.positive;
import static io.splittune.core.Check.require;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.zip.CRC32C;

/**
 * Which elements of a tensor were kept, by position in row-major order. Immutable and thread-safe.
 *
 * <p>Held as a bitmap: one bit per element, element {@code i} at bit {@code i % 64} of word {@code i / 64}; bits past
 * the last element are zero.
 */
public final class Mask {
    private final long[] words;
    private final int size;
    private final int kept;

    private Mask(long[] words, int size, int kept) {
        this.words = words;
        this.size = size;
        this.kept = kept;
    }

    /**
     * Keeps every element.
     *
     * @param size the number of elements, positive
     * @return the dense mask
     */
    public static Mask all(int size) {
        positive(size, "size");
        long[] words = new long[wordsFor(size)];
        Arrays.fill(words, -1L);
        words[words.length - 1] >>>= -size & 63;
        return new Mask(words, size, size);
    }

    /**
     * Keeps the elements whose flag is set.
     *
     * @param keptFlags one flag per element, at least one element; copied
     * @return the mask
     */
    public static Mask of(boolean... keptFlags) {
        positive(keptFlags.length, "size");
        long[] words = new long[wordsFor(keptFlags.length)];
        for (int i = 0; i < keptFlags.length; i++) {
            if (keptFlags[i]) {
                words[i >> 6] |= 1L << i;
            }
        }
        return ofWords(words, keptFlags.length);
    }

    /** Keeps nothing, as a slice may. */
    static Mask none(int size) {
        return new Mask(new long[wordsFor(size)], size, 0);
    }

    /** Takes over a bitmap whose bits past {@code size} are zero. */
    static Mask ofWords(long[] words, int size) {
        int kept = 0;
        for (long word : words) {
            kept += Long.bitCount(word);
        }
        return new Mask(words, size, kept);
    }

    /** Returns the part of {@code length} elements from an element on: itself where that is all. */
    Mask slice(int from, int length) {
        if (length == size) {
            return this;
        }
        long[] part = new long[wordsFor(length)];
        int first = from >> 6;
        for (int i = 0; i < part.length; i++) {
            long word = words[first + i] >>> from;
            // Shifts count modulo 64; a shift by none has no second word.
            if ((from & 63) != 0 && first + i + 1 < words.length) {
                word |= words[first + i + 1] << -from;
            }
            part[i] = word;
        }
        part[part.length - 1] &= -1L >>> (-length & 63);
        return ofWords(part, length);
    }

    /** Returns masks behind one another as one. */
    static Mask join(Mask[] parts) {
        if (parts.length == 1) {
            return parts[0];
        }
        int size = 0;
        for (Mask part : parts) {
            size += part.size;
        }
        long[] words = new long[wordsFor(size)];
        int from = 0;
        for (Mask part : parts) {
            for (int i = 0; i < part.words.length; i++) {
                int index = (from >> 6) + i;
                words[index] |= part.words[i] << from;
                if ((from & 63) != 0 && index + 1 < words.length) {
                    words[index + 1] |= part.words[i] >>> -from;
                }
            }
            from += part.size;
        }
        return ofWords(words, size);
    }

    static int wordsFor(int size) {
        return (size + 63) >>> 6;
    }

    /** Returns the bitmap itself, not a copy: for reading only. */
    long[] words() {
        return words;
    }

    /** Returns the number of elements of the tensor. */
    public int size() {
        return size;
    }

    /** Returns K, the number of kept elements. */
    public int kept() {
        return kept;
    }

    /** Returns whether no element was dropped. */
    public boolean isDense() {
        return kept == size;
    }

    /**
     * Returns whether the element was kept.
     *
     * @param position in [0, size)
     */
    public boolean isKept(int position) {
        require(position >= 0 && position < size, "position (%s) must lie in [0, %s).", position, size);
        return (words[position >> 6] >>> position & 1) != 0;
    }

    /**
     * Returns the first kept position at or after {@code from}, or -1 when there is none.
     *
     * @param from not negative; may lie past the end
     */
    public int nextKept(int from) {
        require(from >= 0, "from (%s) must be >= 0.", from);
        int index = from >> 6;
        if (from >= size) {
            return -1;
        }
        long word = words[index] & (-1L << from);
        while (word == 0) {
            if (++index == words.length) {
                return -1;
            }
            word = words[index];
        }
        return (index << 6) + Long.numberOfTrailingZeros(word);
    }

    /**
     * Calls the action with every kept position, in rising order.
     *
     * @param action what to do with a position
     */
    public void forEachKept(IntConsumer action) {
        for (int index = 0; index < words.length; index++) {
            for (long word = words[index]; word != 0; word &= word - 1) {
                action.accept((index << 6) + Long.numberOfTrailingZeros(word));
            }
        }
    }

    /** Returns the CRC32C of the bitmap as little-endian words: a frame on a shared mask names its mask by it. */
    int checksum() {
        ByteBuffer bytes = ByteBuffer.allocate(words.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(words);
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Mask mask && size == mask.size && Arrays.equals(words, mask.words);
    }

    @Override
    public int hashCode() {
        return 31 * size + Arrays.hashCode(words);
    }

    @Override
    public String toString() {
        return "Mask[" + kept + " of " + size + "]";
    }
}
