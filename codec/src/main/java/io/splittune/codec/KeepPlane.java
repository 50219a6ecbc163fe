package io.splittune.codec;

import java.util.Arrays;

/**
 * Which elements are kept, one binary decision each, with context. Reused from tensor to tensor; confined to one thread.
 *
 * <p>An element's context is
 * <ul>
 *   <li>the {@link RateClasses class} of its channel's rate. A rate starts at K/n, counted as 4 elements; the rows since
 *       the last look (see {@link RowSchedule}) move it by {@code (ones - m p) / (count + m)}, m their number, and the
 *       count goes up to 255;
 *   <li>its row's place: the first of its sample (the class token), one of the next {@code reach - 1}, or later;
 *   <li>of its channel in the rows of the sample before: the last, the one {@code reach} rows up, and the number kept of
 *       the last two but one;
 *   <li>the row's surplus, from all blocks of 8 channels before its own: at first 0, a block adds what it kept above
 *       the sum of its channels' rates, and a quarter of the former surplus is taken off. Rounded down, in [-2, 1].
 * </ul>
 */
final class KeepPlane {
    private static final int BLOCK = 8;
    private static final int PLACES = 3;
    private static final int SURPLUSES = 4;
    private static final int HISTORIES = 12;
    private static final int CLASS_CONTEXTS = PLACES * SURPLUSES * HISTORIES;
    private static final int SURPLUS_DECAY = 2;
    private static final int SURPLUS_BITS = BitModels.PROBABILITY_BITS;

    private static final int PRIOR_WEIGHT = 64;
    private static final int RATE_BITS = 22;
    private static final int RATE_SHIFT = RATE_BITS - BitModels.PROBABILITY_BITS;
    private static final int RATE_PRIOR = 4;
    private static final int RATE_LIMIT = 255;

    private static final long[] HEAD_STARTS = RateClasses.headStarts(CLASS_CONTEXTS, PRIOR_WEIGHT);

    private final BitModels models = new BitModels(HEAD_STARTS);
    private int columns;
    private int tokens;
    private int reach;
    private int count;
    private int looked;
    private int nextRefresh;
    /** Per channel: rate, first context of its class, kept bits of former rows (newest lowest), this row's bit. */
    private int[] rates = {};

    private int[] bases = {};
    private int[] histories = {};
    private int[] bits = {};
    /** Per channel: the context but for the surplus, in this row. Per block: the sum of the rates. */
    private int[] contexts = {};

    private int[] expected = {};

    private void start(RowLayout layout, int kept) {
        columns = layout.columns();
        tokens = layout.tokens();
        reach = layout.reach();
        if (rates.length < columns) {
            rates = new int[columns];
            bases = new int[columns];
            histories = new int[columns];
            bits = new int[columns];
            contexts = new int[columns];
            expected = new int[(columns + BLOCK - 1) / BLOCK];
        }
        models.reset();
        long first = ((long) kept << RATE_BITS) / layout.elements();
        Arrays.fill(histories, 0, columns, 0);
        Arrays.fill(rates, 0, columns, clampRate(first));
        count = RATE_PRIOR;
        looked = 0;
        nextRefresh = 1;
        place();
    }

    /**
     * Codes a mask.
     *
     * @param encoder gets one decision per element
     */
    void encode(Mask mask, RowLayout layout, RangeEncoder encoder) {
        start(layout, mask.kept());
        for (int row = 0; row < layout.rows(); row++) {
            encoder.roomFor(columns);
            startRow(row % tokens);
            encodeRow(mask.words(), row * columns, encoder);
            endRow(row + 1);
        }
    }

    /**
     * Decodes a mask.
     *
     * @param words all zero, gets the bitmap
     * @throws MalformedFrameException if the section ends early
     */
    void decode(long[] words, RowLayout layout, int kept, RangeDecoder decoder) {
        start(layout, kept);
        for (int row = 0; row < layout.rows(); row++) {
            startRow(row % tokens);
            decodeRow(words, row * columns, decoder);
            endRow(row + 1);
        }
    }

    private void encodeRow(long[] words, int rowStart, RangeEncoder encoder) {
        int[] probabilities = models.probabilities;
        long[] counts = models.counts;
        int[] rowContexts = contexts;
        int[] rowBits = bits;
        byte[] bytes = encoder.bytes;
        int position = encoder.position;
        long low = encoder.low;
        long range = encoder.range;
        int surplus = 0;
        for (int block = 0; block < columns; block += BLOCK) {
            int offset = surplusOffset(surplus);
            int end = Math.min(columns, block + BLOCK);
            long blockBits = get(words, rowStart + block);
            int kept = 0;
            for (int channel = block; channel < end; channel++) {
                long bit = blockBits & 1;
                blockBits >>>= 1;
                rowBits[channel] = (int) bit;
                kept += (int) bit;
                int context = rowContexts[channel] + offset;
                long bound = (range >>> BitModels.PROBABILITY_BITS) * probabilities[context];
                long rest = range - bound;
                counts[context] += BitModels.ZERO_SEEN + (bit << BitModels.ONES_SHIFT);
                low += bound & bit - 1;
                range = rest ^ ((rest ^ bound) & -bit);
                if (range < RangeEncoder.LOWEST_RANGE) {
                    position = RangeEncoder.put(bytes, position, low);
                    low = (low & RangeEncoder.LOWEST_RANGE - 1) << RangeEncoder.WORD_BITS;
                    range <<= RangeEncoder.WORD_BITS;
                }
            }
            surplus += (kept << SURPLUS_BITS) - expected[block / BLOCK] - (surplus >> SURPLUS_DECAY);
        }
        encoder.position = position;
        encoder.low = low;
        encoder.range = range;
    }

    private void decodeRow(long[] words, int rowStart, RangeDecoder decoder) {
        int[] probabilities = models.probabilities;
        long[] counts = models.counts;
        int[] rowContexts = contexts;
        int[] rowBits = bits;
        byte[] bytes = decoder.bytes;
        int position = decoder.position;
        long code = decoder.code;
        long range = decoder.range;
        int surplus = 0;
        for (int block = 0; block < columns; block += BLOCK) {
            int offset = surplusOffset(surplus);
            int end = Math.min(columns, block + BLOCK);
            long kept = 0;
            for (int channel = block; channel < end; channel++) {
                int context = rowContexts[channel] + offset;
                long bound = (range >>> BitModels.PROBABILITY_BITS) * probabilities[context];
                long rest = range - bound;
                long left = code - bound;
                long ones = left >> (Long.SIZE - 1);
                code = left + (bound & ones);
                range = rest ^ ((rest ^ bound) & ones);
                counts[context] += BitModels.ZERO_SEEN - (ones << BitModels.ONES_SHIFT);
                rowBits[channel] = -(int) ones;
                kept |= -ones << (channel - block);
                if (range < RangeEncoder.LOWEST_RANGE) {
                    code = code << RangeEncoder.WORD_BITS | RangeDecoder.word(bytes, position, decoder.end);
                    position += Short.BYTES;
                    range <<= RangeEncoder.WORD_BITS;
                }
            }
            set(words, rowStart + block, kept);
            surplus += (Long.bitCount(kept) << SURPLUS_BITS) - expected[block / BLOCK] - (surplus >> SURPLUS_DECAY);
        }
        decoder.position = position;
        decoder.code = code;
        decoder.range = range;
    }

    /** Returns 8 bits of a bitmap and whatever follows, from a position on. */
    private static long get(long[] words, int position) {
        int index = position >> 6;
        long bits = words[index] >>> position;
        boolean inTwo = (position & 63) > Long.SIZE - BLOCK && index + 1 < words.length;
        return inTwo ? bits | words[index + 1] << -position : bits;
    }

    /** Sets up to 8 bits of a bitmap, from a position on. */
    private static void set(long[] words, int position, long bits) {
        int index = position >> 6;
        words[index] |= bits << position;
        if ((position & 63) > Long.SIZE - BLOCK) {
            long rest = bits >>> -position;
            if (rest != 0) {
                words[index + 1] |= rest;
            }
        }
    }

    private static int surplusOffset(int surplus) {
        int half = SURPLUSES / 2;
        return (Math.max(-half, Math.min(half - 1, surplus >> SURPLUS_BITS)) + half) * HISTORIES;
    }

    /** Finds the contexts of a row, of the sample's given token. */
    private void startRow(int token) {
        int place = (token == 0 ? 0 : token < reach ? 1 : 2) * SURPLUSES * HISTORIES;
        int known = token >= Integer.SIZE ? -1 : (1 << token) - 1;
        int above = reach - 1;
        int[] past = histories;
        int[] first = bases;
        int[] rowContexts = contexts;
        for (int channel = 0; channel < columns; channel++) {
            int history = past[channel] & known;
            int two = (history >> 1 & 1) + (history >> 2 & 1);
            rowContexts[channel] = first[channel] + place + (history & 1) + 2 * (history >>> above & 1) + 4 * two;
        }
    }

    private void endRow(int rows) {
        int[] past = histories;
        int[] rowBits = bits;
        for (int channel = 0; channel < columns; channel++) {
            past[channel] = past[channel] << 1 | rowBits[channel];
        }
        if (RowSchedule.takesChannels(rows)) {
            look(rows - looked);
            looked = rows;
        }
        if (rows == nextRefresh) {
            models.refresh();
            nextRefresh = RowSchedule.afterContexts(rows);
        }
    }

    /** Takes in the channels' last rows. */
    private void look(int rows) {
        int newest = (1 << rows) - 1;
        long reciprocal = (1L << Integer.SIZE) / (count + rows);
        for (int channel = 0; channel < columns; channel++) {
            long ones = (long) Integer.bitCount(histories[channel] & newest) << RATE_BITS;
            long rate = rates[channel];
            rates[channel] = clampRate(rate + (((ones - rate * rows) * reciprocal) >> Integer.SIZE));
        }
        count = Math.min(RATE_LIMIT, count + rows);
        place();
    }

    private static int clampRate(long rate) {
        int lowest = BitModels.LOWEST << RATE_SHIFT;
        return (int) Math.max(lowest, Math.min((1 << RATE_BITS) - lowest, rate));
    }

    /** Finds every channel's class and every block's expected number. */
    private void place() {
        Arrays.fill(expected, 0);
        for (int channel = 0; channel < columns; channel++) {
            int probability = rates[channel] >> RATE_SHIFT;
            bases[channel] = RateClasses.of(probability) * CLASS_CONTEXTS;
            expected[channel / BLOCK] += probability;
        }
    }
}
