package io.splittune.codec;

/**
 * Chooses what the levels of a tensor are best told from, before they are coded: an activation's channel says much of its
 * levels, a gradient's row does. Pure; the choice is written, so only the writer depends on it.
 */
final class LevelContexts {
    /** Of a large tensor only every fourth word of the mask is looked at. */
    private static final int LARGE_WORDS = 1024;

    private static final int STRIDE = 4;

    private static final int TABLE_SIZE = 1024;
    private static final double[] LOGARITHMS = logarithms();

    private LevelContexts() {}

    /** Returns the contexts under which it takes fewer bits to say which levels are 0. */
    static int choose(QuantisedTensor tensor, RowLayout layout) {
        int[] channels = new int[2 * layout.columns()];
        int columns = layout.columns();
        long[] words = tensor.mask().words();
        char[] levels = tensor.levels();
        double rowBits = 0;
        int rowZeros = 0;
        int rowOthers = 0;
        int rowEnd = columns;
        int next = 0;
        int stride = words.length < LARGE_WORDS ? 1 : STRIDE;
        for (int index = 0; index < words.length; index++) {
            if (index % stride != 0) {
                next += Long.bitCount(words[index]);
                continue;
            }
            for (long word = words[index]; word != 0; word &= word - 1) {
                int position = (index << 6) + Long.numberOfTrailingZeros(word);
                if (position >= rowEnd) {
                    rowBits += bits(rowZeros, rowOthers);
                    rowZeros = 0;
                    rowOthers = 0;
                    rowEnd = (position / columns + 1) * columns;
                }
                int other = levels[next++] == 0 ? 0 : 1;
                rowOthers += other;
                rowZeros += 1 - other;
                channels[2 * (position - rowEnd + columns) + other]++;
            }
        }
        rowBits += bits(rowZeros, rowOthers);
        double channelBits = 0;
        for (int channel = 0; channel < columns; channel++) {
            channelBits += bits(channels[2 * channel], channels[2 * channel + 1]);
        }
        return rowBits < channelBits ? ValueContexts.BY_ROW : ValueContexts.BY_CHANNEL;
    }

    /** Returns the empirical entropy of two kinds together, in nats, and what it takes to learn it. */
    private static double bits(int zeros, int others) {
        return 0.5 * logarithm(zeros + others + 1) + weighted(zeros + others) - weighted(zeros) - weighted(others);
    }

    private static double weighted(int count) {
        return count * logarithm(Math.max(1, count));
    }

    private static double logarithm(int count) {
        return count < LOGARITHMS.length ? LOGARITHMS[count] : StrictMath.log(count);
    }

    private static double[] logarithms() {
        double[] logarithms = new double[TABLE_SIZE];
        for (int i = 1; i < TABLE_SIZE; i++) {
            logarithms[i] = StrictMath.log(i);
        }
        return logarithms;
    }
}
