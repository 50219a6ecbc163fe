package io.splittune.codec;

/**
 * A static probability table for {@link RansLevels}: how many of 4096 parts each symbol has.
 *
 * <p>Built from a histogram or read from a frame; either way the frequencies add up to exactly 4096. Immutable.
 */
final class SymbolTable {
    static final int SCALE_BITS = 12;
    static final int SCALE = 1 << SCALE_BITS;

    private final int[] frequencies;
    private final int[] starts;

    private SymbolTable(int[] frequencies) {
        this.frequencies = frequencies;
        this.starts = new int[frequencies.length];
        for (int symbol = 1; symbol < starts.length; symbol++) {
            starts[symbol] = starts[symbol - 1] + frequencies[symbol - 1];
        }
    }

    /**
     * Scales a histogram; every symbol that occurs gets at least one part.
     *
     * @param counts at most 256 symbols, not all zero
     */
    static SymbolTable of(int[] counts) {
        long total = 0;
        for (int count : counts) {
            total += count;
        }
        int[] frequencies = new int[counts.length];
        int rest = SCALE;
        for (int symbol = 0; symbol < counts.length; symbol++) {
            if (counts[symbol] > 0) {
                frequencies[symbol] = (int) Math.max(1, (long) counts[symbol] * SCALE / total);
                rest -= frequencies[symbol];
            }
        }
        while (rest != 0) {
            // Rounding is made good where it costs least: at the largest frequency. At most 256 rounds.
            int largest = 0;
            for (int symbol = 1; symbol < counts.length; symbol++) {
                if (frequencies[symbol] > frequencies[largest]) {
                    largest = symbol;
                }
            }
            int change = rest > 0 ? rest : -1;
            frequencies[largest] += change;
            rest -= change;
        }
        return new SymbolTable(frequencies);
    }

    /** Writes the frequencies, each plus one in Elias gamma code. */
    void write(BitWriter writer) {
        for (int frequency : frequencies) {
            int number = frequency + 1;
            int low = FrameFormat.bits(number) - 1;
            writer.writeUnary(low);
            writer.write(number - (1 << low), low);
        }
    }

    /**
     * Reads the frequencies.
     *
     * @param symbols how many
     * @throws MalformedFrameException if they do not add up to 4096
     */
    static SymbolTable read(BitReader reader, int symbols) {
        int[] frequencies = new int[symbols];
        int total = 0;
        for (int symbol = 0; symbol < symbols; symbol++) {
            int low = reader.readUnary(SCALE_BITS);
            frequencies[symbol] = (1 << low | reader.read(low)) - 1;
            total += frequencies[symbol];
        }
        if (total != SCALE) {
            throw reader.malformed("frequencies add up to " + total + ", expected " + SCALE);
        }
        return new SymbolTable(frequencies);
    }

    /** Returns an upper bound of the bits that {@link #write} writes. */
    long maxBits() {
        return frequencies.length * (2L * SCALE_BITS + 1);
    }

    int frequency(int symbol) {
        return frequencies[symbol];
    }

    int start(int symbol) {
        return starts[symbol];
    }

    /** Returns, for each of the 4096 parts, {@code (frequency - 1) << 20 | (part - start) << 8 | symbol}. */
    int[] slots() {
        int[] slots = new int[SCALE];
        for (int symbol = 0; symbol < frequencies.length; symbol++) {
            for (int part = 0; part < frequencies[symbol]; part++) {
                slots[starts[symbol] + part] = (frequencies[symbol] - 1) << 20 | part << 8 | symbol;
            }
        }
        return slots;
    }
}
