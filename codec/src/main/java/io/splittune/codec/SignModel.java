package io.splittune.codec;

import java.util.Arrays;

/**
 * How likely a kept value is negative, from its channel and from the sign of the channel's last kept value. Confined to
 * one thread.
 *
 * <p>Two stages as in {@link KeepModel}: the channel's rate of negative values (first a half, counted as 2, limit 255), and
 * an estimate per bucket and last sign (none yet, positive, negative; first the bucket's middle, counted as 8, limit 1023).
 */
final class SignModel {
    private static final int RATE_PRIOR = 2;
    private static final int RATE_LIMIT = 255;
    private static final int MODEL_PRIOR = 8;
    private static final int MODEL_LIMIT = 1023;
    private static final int CONTEXTS = 3;

    private final int[] rates;
    private final byte[] last;
    private final int[] models = RateBuckets.models(CONTEXTS, MODEL_PRIOR);
    private int context;

    /** Starts without knowledge. */
    SignModel(int columns) {
        rates = new int[columns];
        Arrays.fill(rates, AdaptiveBit.initial(1 << (AdaptiveBit.PROBABILITY_BITS - 1), RATE_PRIOR));
        last = new byte[columns];
    }

    /** Returns the probability, in 1/65536, that the next kept value, of this channel, is negative. */
    int probability(int channel) {
        context = RateBuckets.of(AdaptiveBit.probability(rates[channel])) * CONTEXTS + last[channel];
        return AdaptiveBit.probability(models[context]);
    }

    /** Learns the sign of the value whose probability was asked last: 1 for negative, else 0. */
    void update(int channel, int bit) {
        models[context] = AdaptiveBit.update(models[context], bit, MODEL_LIMIT);
        rates[channel] = AdaptiveBit.update(rates[channel], bit, RATE_LIMIT);
        last[channel] = (byte) (1 + bit);
    }
}
