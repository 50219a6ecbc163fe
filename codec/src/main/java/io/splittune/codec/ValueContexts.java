package io.splittune.codec;

import java.util.Arrays;

/**
 * What the sign and the level of a kept element are told from. Reused from tensor to tensor; confined to one thread.
 *
 * <p><strong>Sign.</strong> Context: the {@link RateClasses class} of the channel's rate of negative values as of the last
 * refresh (see {@link RowSchedule}), {@code (2 negative + 1) / (2 seen + 2)}, and what is known of the channel in this sample:
 * how many values (0, 1, more) and the signs of the last two.
 *
 * <p><strong>Level.</strong> Up to E = 7 it is a run of ones, one per step up, ended by a zero unless it is E: small levels
 * are the most frequent by far. Above, its high 8 bits (or all of them) go down a binary tree from the highest, and the
 * rest are one run of plain bits. The height of a level is {@code e (2^31 div (E + 1)) div 2^20}. With {@code v = height div 32 + 1}
 * and {@code o = bits(v) - 1} its class is {@code 2 o - 1 + (v >> (o - 1) & 1)}, 0 for v = 1. A step's context is one of
 * <ul>
 *   <li>by channel: the class of the mean height of all values of the channel as of the last refresh (class 12 without any),
 *       and of the last value in the channel's sample 0 if there is none, else {@code 1 + min(2, height div 256)};
 *   <li>by row: the class of a running mean of heights, which is 192 at the beginning of a row and moves by
 *       {@code (height - mean) >> 3};
 * </ul>
 * and whether the row is the first of its sample. A node of a tree has the class alone.
 */
final class ValueContexts {
    /** Contexts of levels that a section names in its first byte. */
    static final int BY_CHANNEL = 0;

    static final int BY_ROW = 1;

    private static final int SIGN_WEIGHT = 128;
    private static final int SIGN_CONTEXTS = 16;
    static final int SIGN_KNOWN = SIGN_CONTEXTS - 1;
    private static final int LAST_SHIFT = 4;
    /** What is known of the signs after one more: by what was known, shifted up by one, and that sign. */
    private static final int[] KNOWN_NEXT = knownNext();

    /** A channel that has this many values forgets half of them at a refresh. */
    private static final int CHANNEL_LIMIT = 1 << 14;

    private static final int LARGEST_RUN = 7;
    private static final int STEPS = 8;
    private static final int PLACES = 2;
    private static final int LASTS = 4;
    private static final int RUN_CONTEXTS = LASTS * PLACES * STEPS;
    static final int TREE_BITS = 8;
    private static final int CLASSES = 13;
    private static final int NO_MEAN = CLASSES - 1;
    private static final int LEVEL_WEIGHT = 32;

    private static final int SCALE_BITS = 31;
    private static final int HEIGHT_SHIFT = 20;
    private static final int CLASS_SHIFT = 5;
    private static final int LAST_CLASS_SHIFT = 8;
    private static final int ROW_START = 192;
    private static final int ROW_SHIFT = 3;

    private static final long[] SIGN_STARTS = RateClasses.headStarts(SIGN_CONTEXTS, SIGN_WEIGHT);
    private static final long[] RUN_STARTS = BitModels.even(CLASSES * RUN_CONTEXTS, LEVEL_WEIGHT);
    private static final long[] TREE_STARTS = BitModels.even(CLASSES << TREE_BITS, LEVEL_WEIGHT);

    final BitModels signs = new BitModels(SIGN_STARTS);
    final BitModels runs = new BitModels(RUN_STARTS);
    final BitModels trees = new BitModels(TREE_STARTS);
    int columns;
    private int tokens;
    int largest;
    private long heightScale;
    final int[] heightOfRun = new int[LARGEST_RUN + 1];
    private boolean byRow;
    boolean tree;
    int highBits;
    int plainBits;
    private int place;
    private int rowMean;
    private int nextRefresh;
    /** Per channel: sum of heights (bits 32 up), values (16 to 31), negative values (0 to 15). */
    private long[] seen = {};

    /** Per channel as of the last look: first contexts of its classes. */
    int[] signBases = {};

    private int[] levelBases = {};
    /** Per channel in this sample: bits 0-1 the last signs, 2-3 how many, 4-5 the last level. */
    int[] sample = {};

    /** Forgets everything. */
    void start(RowLayout layout, int levels, int contexts) {
        columns = layout.columns();
        tokens = layout.tokens();
        largest = levels;
        heightScale = (1L << SCALE_BITS) / (levels + 1);
        byRow = contexts == BY_ROW;
        tree = levels > LARGEST_RUN;
        highBits = Math.min(TREE_BITS, FrameFormat.bits(levels));
        plainBits = FrameFormat.bits(levels) - highBits;
        if (seen.length < columns) {
            seen = new long[columns];
            signBases = new int[columns];
            levelBases = new int[columns];
            sample = new int[columns];
        }
        signs.reset();
        (tree ? trees : runs).reset();
        Arrays.fill(seen, 0, columns, 0);
        for (int level = 0; level <= Math.min(largest, LARGEST_RUN); level++) {
            heightOfRun[level] = height(level);
        }
        nextRefresh = 1;
        look();
    }

    /** Returns the context of the first step of the next level of a channel. */
    int runContext(int channel) {
        return byRow
                ? classOf(rowMean) * RUN_CONTEXTS + place
                : levelBases[channel] + (sample[channel] >> LAST_SHIFT) * PLACES * STEPS + place;
    }

    int treeContext(int channel) {
        return byRow ? classOf(rowMean) << TREE_BITS : levelBases[channel];
    }

    int height(int level) {
        return (int) ((level * heightScale) >> HEIGHT_SHIFT);
    }

    private static int classOf(int height) {
        int v = (height >> CLASS_SHIFT) + 1;
        int octave = FrameFormat.bits(v) - 1;
        return octave == 0 ? 0 : 2 * octave + (v >> (octave - 1) & 1) - 1;
    }

    void update(int channel, int sign, int height) {
        seen[channel] += (long) height << Integer.SIZE | (1 << Short.SIZE) | sign;
        int last = 1 + Math.min(LASTS - 2, height >> LAST_CLASS_SHIFT);
        sample[channel] = last << LAST_SHIFT | KNOWN_NEXT[(sample[channel] & SIGN_KNOWN) << 1 | sign];
        rowMean += (height - rowMean) >> ROW_SHIFT;
    }

    private static int[] knownNext() {
        int[] next = new int[2 * SIGN_CONTEXTS];
        for (int i = 0; i < next.length; i++) {
            int count = Math.min(2, (i >> 3) + 1);
            next[i] = count << 2 | (i & 0b11);
        }
        return next;
    }

    void startRow(int row) {
        if (row == nextRefresh) {
            signs.refresh();
            (tree ? trees : runs).refresh();
            look();
            nextRefresh = RowSchedule.afterContexts(row);
        }
        if (row % tokens == 0) {
            Arrays.fill(sample, 0, columns, 0);
        }
        place = row % tokens == 0 ? STEPS : 0;
        rowMean = ROW_START;
    }

    /** Takes in the channels' values of all rows so far. */
    private void look() {
        int contexts = tree ? 1 << TREE_BITS : RUN_CONTEXTS;
        for (int channel = 0; channel < columns; channel++) {
            long counts = seen[channel];
            int all = (int) counts >>> Short.SIZE;
            int negative = (int) counts & 0xffff;
            int heights = (int) (counts >>> Integer.SIZE);
            int rate = (int) ((2.0 * negative + 1) * BitModels.ONE / (2.0 * all + 2));
            signBases[channel] = RateClasses.of(rate) * SIGN_CONTEXTS;
            levelBases[channel] = (all == 0 ? NO_MEAN : classOf(heights / all)) * contexts;
            if (all >= CHANNEL_LIMIT) {
                seen[channel] = (long) (heights / 2) << Integer.SIZE | ((all / 2) << Short.SIZE) | (negative / 2);
            }
        }
    }
}
