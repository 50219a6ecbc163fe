package io.splittune.codec;

/**
 * An adaptive estimate of the probability that a bit is one, packed into an {@code int}: 22 bits of probability above 10
 * bits that count what was seen. Thread-safe (pure).
 *
 * <p>The estimate moves towards each bit by {@code 1 / (count + 1.5)}, so that it is nearly the mean of what was seen,
 * until the count reaches a limit; from then on it forgets at that rate.
 */
final class AdaptiveBit {
    /** Probabilities go to the range coder in 1/65536. */
    static final int PROBABILITY_BITS = 16;

    private static final int COUNT_BITS = 10;
    private static final int COUNT = (1 << COUNT_BITS) - 1;
    private static final int STATE_BITS = Integer.SIZE - COUNT_BITS;
    private static final long ONE = (1L << STATE_BITS) - 1;
    /** No bit ever costs more than 12 bits, nor less than 1/2800 of one. */
    private static final int LOWEST = 16;

    private static final int RATE_BITS = 16;
    private static final int[] RATES = rates();

    private AdaptiveBit() {}

    private static int[] rates() {
        int[] rates = new int[COUNT + 1];
        for (int count = 0; count <= COUNT; count++) {
            rates[count] = (2 << RATE_BITS) / (2 * count + 3);
        }
        return rates;
    }

    /**
     * Returns a fresh estimate.
     *
     * @param probability of a one, in 1/65536, in [1, 65535]
     * @param count how many bits it pretends to have seen
     */
    static int initial(int probability, int count) {
        return probability << (Integer.SIZE - PROBABILITY_BITS) | count;
    }

    /** Returns the probability of a one in 1/65536, in [16, 65520]. */
    static int probability(int state) {
        int probability = state >>> (Integer.SIZE - PROBABILITY_BITS);
        return Math.max(LOWEST, Math.min((1 << PROBABILITY_BITS) - LOWEST, probability));
    }

    /**
     * Returns the estimate after a bit.
     *
     * @param bit 0 or 1
     * @param limit where the count stops, at most 1023
     */
    static int update(int state, int bit, int limit) {
        int count = state & COUNT;
        int probability = state >>> COUNT_BITS;
        long step = ((-bit & ONE) - probability) * RATES[count];
        int moved = probability + (int) (step >> RATE_BITS);
        return moved << COUNT_BITS | (count < limit ? count + 1 : count);
    }
}
