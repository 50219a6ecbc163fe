package io.splittune.codec;

import java.util.Arrays;

/**
 * Probabilities of bits by context, each learnt from the bits that it has seen: their mean at first, and past
 * {@value #SLOWEST} of them a mean that forgets. Part of the format of {@link AdapterCodec}. Confined to one thread.
 *
 * <p>A context holds a probability of a one in 1/2^22 (upper bits) and a count. It starts at a half. After a bit it moves
 * by {@code ((bit (2^22 - 1) - p) floor(2^16 / (count + 1.5))) >> 16}, and the count goes up to {@value #SLOWEST}.
 */
final class LearningBits {
    /** Bits whose mean an estimate is, once it has seen so many. */
    private static final int SLOWEST = 1023;

    private static final int COUNT_BITS = 10;
    private static final int FINE_BITS = Integer.SIZE - COUNT_BITS;
    private static final int TO_CODER = FINE_BITS - BitModels.PROBABILITY_BITS;
    private static final int[] SHARE = new int[SLOWEST + 1];

    static {
        for (int count = 0; count <= SLOWEST; count++) {
            SHARE[count] = (2 << Short.SIZE) / (2 * count + 3);
        }
    }

    private final int[] states;

    LearningBits(int contexts) {
        states = new int[contexts];
        Arrays.fill(states, 1 << (Integer.SIZE - 1));
    }

    /** Returns the probability of a one, in 1/65536, in [16, 65520]. */
    int probability(int context) {
        int probability = states[context] >>> (COUNT_BITS + TO_CODER);
        return Math.max(BitModels.LOWEST, Math.min(BitModels.ONE - BitModels.LOWEST, probability));
    }

    /** Learns a bit, 0 or 1. */
    void learn(int context, int bit) {
        int state = states[context];
        int count = state & SLOWEST;
        int fine = state >>> COUNT_BITS;
        int target = bit == 0 ? 0 : (1 << FINE_BITS) - 1;
        fine += (int) (((long) (target - fine) * SHARE[count]) >> Short.SIZE);
        states[context] = fine << COUNT_BITS | Math.min(SLOWEST, count + 1);
    }
}
