package io.splittune.codec;

import java.util.Arrays;

/**
 * Binary range encoder with carry propagation (Martin 1979), 48 bits wide, in 16-bit words. Its inverse is
 * {@link RangeDecoder}. Reused from tensor to tensor; confined to one thread.
 *
 * <p>Inner loops work on copies of the fields and hand them back: what the compiler keeps in registers is a third faster.
 */
final class RangeEncoder {
    static final int STATE_BITS = 48;
    static final int WORD_BITS = 16;
    static final long FULL_RANGE = (1L << STATE_BITS) - 1;
    /** Below this the next word goes out. */
    static final long LOWEST_RANGE = 1L << (STATE_BITS - WORD_BITS);

    private static final int TAIL_WORDS = STATE_BITS / WORD_BITS;

    byte[] bytes = {};
    int position;
    long low;
    long range;

    /** Starts anew, behind a number of bytes that the caller sets. */
    void start(int reserved) {
        position = 0;
        roomFor(reserved);
        position = reserved;
        low = 0;
        range = FULL_RANGE;
    }

    /** Makes room for that many more decisions, of at most 16 bits each, and the end; returns the array. */
    byte[] roomFor(int decisions) {
        int needed = Math.addExact(position, Math.multiplyExact(Short.BYTES, Math.addExact(decisions, TAIL_WORDS)));
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.addExact(needed, needed >>> 1));
        }
        return bytes;
    }

    /**
     * Codes one bit. There must be room.
     *
     * @param bit 0 or 1
     * @param probability of a one, in 1/65536, in [1, 65535]
     */
    void encode(int bit, int probability) {
        long bound = (range >>> BitModels.PROBABILITY_BITS) * probability;
        long ones = -(long) bit;
        long rest = range - bound;
        low += bound & ~ones;
        range = rest ^ ((rest ^ bound) & ones);
        if (range < LOWEST_RANGE) {
            shift();
        }
    }

    /**
     * Codes several bits of probability a half at once. There must be room.
     *
     * @param value in [0, 2^count)
     * @param count in [0, 8]
     */
    void encodePlain(int value, int count) {
        range >>>= count;
        low += range * value;
        if (range < LOWEST_RANGE) {
            shift();
        }
    }

    /** Ends the code and returns everything since byte 0; valid until the next start. */
    Section finish() {
        for (int i = 0; i < TAIL_WORDS; i++) {
            shift();
        }
        return new Section(bytes, 0, position);
    }

    private void shift() {
        position = put(bytes, position, low);
        low = (low & LOWEST_RANGE - 1) << WORD_BITS;
        range <<= WORD_BITS;
    }

    /**
     * Puts out the highest word of {@code low}, which may have run over into bit 48.
     *
     * @return the position behind it
     */
    static int put(byte[] bytes, int position, long low) {
        int word = (int) (low >>> (STATE_BITS - WORD_BITS));
        if (word >>> WORD_BITS != 0) {
            // The first word cannot run over, for the code stays within the first range.
            int carried = position;
            do {
                carried--;
                bytes[carried]++;
            } while (bytes[carried] == 0);
        }
        bytes[position] = (byte) (word >> Byte.SIZE);
        bytes[position + 1] = (byte) word;
        return position + Short.BYTES;
    }
}
