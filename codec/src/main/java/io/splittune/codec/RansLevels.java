package io.splittune.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Levels in static-table range ANS (Duda 2013), two states in turn, 16-bit words. Thread-safe (pure).
 *
 * <p>Chosen over canonical Huffman: the levels of the largest values are skewed (the lowest takes more than half), where
 * whole bits per symbol waste up to a tenth. Alphabets over 256 are split: the high 8 bits are coded, the rest follow
 * plainly.
 */
final class RansLevels {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int SYMBOL_BITS = 8;
    private static final int WORD_BITS = 16;
    private static final long LOWEST_STATE = 1L << WORD_BITS;
    /** A state below this times the frequency takes a symbol without leaving 32 bits. */
    private static final int ROOM_SHIFT = 2 * WORD_BITS - SymbolTable.SCALE_BITS;

    private RansLevels() {}

    /**
     * Writes the levels.
     *
     * @param layout the first byte
     */
    static Section write(QuantisedTensor tensor, int layout) {
        char[] levels = tensor.levels();
        int shift = shiftFor(tensor.range());
        int[] counts = new int[(tensor.range().levels() >>> shift) + 1];
        for (char level : levels) {
            counts[level >>> shift]++;
        }
        SymbolTable table = SymbolTable.of(counts);
        BitWriter writer = new BitWriter(Byte.SIZE + table.maxBits() + (long) levels.length * shift);
        writer.write(layout, Byte.SIZE);
        table.write(writer);
        if (shift > 0) {
            int lowBits = (1 << shift) - 1;
            for (char level : levels) {
                writer.write(level & lowBits, shift);
            }
        }
        Section front = writer.finish();
        Section coded = code(levels, shift, table, mostBits(counts, table));
        byte[] joined = new byte[front.length() + coded.length()];
        System.arraycopy(front.bytes(), 0, joined, 0, front.length());
        System.arraycopy(coded.bytes(), coded.from(), joined, front.length(), coded.length());
        return new Section(joined, 0, joined.length);
    }

    /**
     * Returns what all words together are no longer than: a symbol adds its information to a state of 16 bits or more, and
     * rounding an eighth of a bit at most.
     */
    private static long mostBits(int[] counts, SymbolTable table) {
        long eighths = 0;
        for (int symbol = 0; symbol < counts.length; symbol++) {
            if (counts[symbol] > 0) {
                int bits = SymbolTable.SCALE_BITS + 1 - FrameFormat.bits(table.frequency(symbol));
                eighths += counts[symbol] * (Byte.SIZE * (long) bits + 1);
            }
        }
        return (eighths + Byte.SIZE - 1) / Byte.SIZE;
    }

    /** Codes from the last level to the first, filling the array from its end, so that decoding runs forwards. */
    private static Section code(char[] levels, int shift, SymbolTable table, long codeBits) {
        byte[] bytes = new byte[Math.toIntExact(2 * Integer.BYTES + 2 * Short.BYTES + codeBits / Byte.SIZE)];
        int position = bytes.length;
        long current = LOWEST_STATE;
        long other = LOWEST_STATE;
        for (int i = levels.length - 1; i >= 0; i--) {
            int symbol = levels[i] >>> shift;
            int frequency = table.frequency(symbol);
            if (current >= (long) frequency << ROOM_SHIFT) {
                position -= Short.BYTES;
                SHORT.set(bytes, position, (short) current);
                current >>>= WORD_BITS;
            }
            long quotient = current / frequency;
            long next = (quotient << SymbolTable.SCALE_BITS) + current - quotient * frequency + table.start(symbol);
            current = other;
            other = next;
        }
        // The state that took symbol 0 comes first.
        position -= 2 * Integer.BYTES;
        INT.set(bytes, position, (int) other);
        INT.set(bytes, position + Integer.BYTES, (int) current);
        return new Section(bytes, position, bytes.length);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param reader behind the first byte
     * @param section the whole section
     */
    static char[] read(BitReader reader, Section section, LosslessCoder.Plan plan) {
        int shift = shiftFor(plan.range());
        int[] slots =
                SymbolTable.read(reader, (plan.range().levels() >>> shift) + 1).slots();
        reader.require((long) plan.kept() * shift);
        char[] levels = new char[plan.kept()];
        if (shift > 0) {
            for (int i = 0; i < levels.length; i++) {
                levels[i] = (char) reader.read(shift);
            }
        }
        int start = reader.align();
        decode(new Section(section.bytes(), start, section.to()), slots, shift, levels);
        int largest = plan.range().levels();
        for (char level : levels) {
            if (level > largest) {
                throw new MalformedFrameException(section.from(), "level " + (int) level + ", at most " + largest);
            }
        }
        return levels;
    }

    /** Adds the decoded symbols above the low bits that are there already. */
    private static void decode(Section section, int[] slots, int shift, char[] levels) {
        byte[] bytes = section.bytes();
        int position = section.from();
        int end = section.to();
        if (section.length() < 2 * Integer.BYTES) {
            throw new MalformedFrameException(position, "the section ends early");
        }
        long current = Integer.toUnsignedLong((int) INT.get(bytes, position));
        long other = Integer.toUnsignedLong((int) INT.get(bytes, position + Integer.BYTES));
        position += 2 * Integer.BYTES;
        if (current < LOWEST_STATE || other < LOWEST_STATE) {
            throw new MalformedFrameException(section.from(), "an initial state below 2^16");
        }
        for (int i = 0; i < levels.length; i++) {
            int slot = slots[(int) current & SymbolTable.SCALE - 1];
            levels[i] |= (char) ((slot & 0xff) << shift);
            long next =
                    ((slot >>> 20) + 1) * (current >>> SymbolTable.SCALE_BITS) + (slot >>> 8 & SymbolTable.SCALE - 1);
            if (next < LOWEST_STATE) {
                if (position > end - Short.BYTES) {
                    throw new MalformedFrameException(position, "the section ends early");
                }
                next = next << WORD_BITS | Short.toUnsignedLong((short) SHORT.get(bytes, position));
                position += Short.BYTES;
            }
            current = other;
            other = next;
        }
        if (position != end || current != LOWEST_STATE || other != LOWEST_STATE) {
            throw new MalformedFrameException(position, "the levels do not end with their section");
        }
    }

    private static int shiftFor(QuantiserRange range) {
        return Math.max(0, range.bitsPerLevel() - SYMBOL_BITS);
    }
}
