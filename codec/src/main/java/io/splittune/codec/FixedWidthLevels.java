package io.splittune.codec;

/** Levels at {@code bits(E)} bits each. Thread-safe (pure). */
final class FixedWidthLevels {
    private FixedWidthLevels() {}

    /** Returns the bits that all levels take. */
    static long bitsFor(QuantisedTensor tensor) {
        return (long) tensor.levels().length * tensor.range().bitsPerLevel();
    }

    static void write(QuantisedTensor tensor, BitWriter writer) {
        int width = tensor.range().bitsPerLevel();
        for (char level : tensor.levels()) {
            writer.write(level, width);
        }
    }

    static char[] read(BitReader reader, LosslessCoder.Plan plan) {
        int width = plan.range().bitsPerLevel();
        int largest = plan.range().levels();
        reader.require((long) plan.kept() * width);
        char[] levels = new char[plan.kept()];
        for (int i = 0; i < levels.length; i++) {
            int level = reader.read(width);
            if (level > largest) {
                throw reader.malformed("level " + level + ", at most " + largest);
            }
            levels[i] = (char) level;
        }
        return levels;
    }
}
