package io.splittune.codec;

import java.util.Arrays;

/**
 * How likely an element is kept, from its channel, from the two elements above it (the channel's last two rows) and from
 * how the elements left of it in its row did against their channels' rates. Confined to one thread.
 *
 * <p>Two stages. A channel's own rate (first estimate K/n, counted as 4 elements, limit 255) learns from one element a row;
 * its {@link RateBuckets bucket} with the context picks the estimate (first the bucket's middle, counted as 8, limit 1023)
 * that is used. All channels of a bucket share it, so that a few rows suffice to learn what the context is worth.
 *
 * <p>The row's surplus starts at 0; an element adds {@code (65536 bit - p) >> 2}, p the channel's rate, and then a 32nd of
 * the former surplus is taken off, so that near elements count most. Its class is {@code surplus >> 13} in [-4, 3], plus 4.
 */
final class KeepModel {
    private static final int RATE_PRIOR = 4;
    private static final int RATE_LIMIT = 255;
    private static final int MODEL_PRIOR = 8;
    private static final int MODEL_LIMIT = 1023;

    private static final int ABOVE_BITS = 0b11;
    private static final int SURPLUS_CLASSES = 8;
    private static final int SURPLUS_CLASS_SHIFT = 13;
    private static final int SURPLUS_GAIN_SHIFT = 2;
    private static final int SURPLUS_DECAY_SHIFT = 5;
    private static final int CONTEXTS = (ABOVE_BITS + 1) * SURPLUS_CLASSES;

    private final int[] rates;
    private final byte[] above;
    private final int[] models = RateBuckets.models(CONTEXTS, MODEL_PRIOR);
    private int surplus;
    private int context;

    /** Starts with the fraction kept of the whole tensor for every channel. */
    KeepModel(int columns, int elements, int kept) {
        long fraction = ((long) kept << AdaptiveBit.PROBABILITY_BITS) / elements;
        int start = (int) Math.max(1, Math.min((1 << AdaptiveBit.PROBABILITY_BITS) - 1, fraction));
        rates = new int[columns];
        Arrays.fill(rates, AdaptiveBit.initial(start, RATE_PRIOR));
        above = new byte[columns];
    }

    /** Goes to the beginning of the next row. */
    void startRow() {
        surplus = 0;
    }

    /** Returns the probability, in 1/65536, that the next element, of this channel, is kept. */
    int probability(int channel) {
        int bucket = RateBuckets.of(AdaptiveBit.probability(rates[channel]));
        int half = SURPLUS_CLASSES / 2;
        int surplusClass = Math.max(-half, Math.min(half - 1, surplus >> SURPLUS_CLASS_SHIFT)) + half;
        context = bucket * CONTEXTS + (above[channel] & ABOVE_BITS) * SURPLUS_CLASSES + surplusClass;
        return AdaptiveBit.probability(models[context]);
    }

    /** Learns whether the element whose probability was asked last was kept: 1 or 0. */
    void update(int channel, int bit) {
        int rate = rates[channel];
        int excess = (bit << AdaptiveBit.PROBABILITY_BITS) - (rate >>> AdaptiveBit.PROBABILITY_BITS);
        surplus += (excess >> SURPLUS_GAIN_SHIFT) - (surplus >> SURPLUS_DECAY_SHIFT);
        models[context] = AdaptiveBit.update(models[context], bit, MODEL_LIMIT);
        rates[channel] = AdaptiveBit.update(rate, bit, RATE_LIMIT);
        above[channel] = (byte) (above[channel] << 1 | bit);
    }
}
