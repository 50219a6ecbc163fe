package io.splittune.codec;

/**
 * Probabilities in steps that are even in their logarithm: 4 per octave of the rarer side, 128 in all. They let channels
 * of like statistics share what is learnt. Thread-safe (pure).
 */
final class RateBuckets {
    static final int COUNT = 128;

    private static final int HALF = 1 << (AdaptiveBit.PROBABILITY_BITS - 1);
    private static final int ONE = 1 << AdaptiveBit.PROBABILITY_BITS;
    private static final int UPPER_SIDE = COUNT / 2;

    private RateBuckets() {}

    /** Returns the bucket of a probability in 1/65536, in [1, 65535]. */
    static int of(int probability) {
        int side = probability >= HALF ? UPPER_SIDE : 0;
        int rarer = side != 0 ? ONE - probability : probability;
        int octave = FrameFormat.bits(rarer) - 1;
        return side | octave << 2 | (rarer << 2 >>> octave & 3);
    }

    /** Returns a probability in the middle of the bucket. */
    static int middle(int bucket) {
        int octave = (bucket & UPPER_SIDE - 1) >>> 2;
        int rarer = Math.max(1, Math.min(HALF, (9 + 2 * (bucket & 3)) << octave >>> 3));
        return bucket >= UPPER_SIDE ? ONE - rarer : rarer;
    }

    /**
     * Returns fresh estimates for every bucket and context.
     *
     * @param contexts per bucket, next to each other
     * @param count how many bits each pretends to have seen
     */
    static int[] models(int contexts, int count) {
        int[] models = new int[COUNT * contexts];
        for (int i = 0; i < models.length; i++) {
            models[i] = AdaptiveBit.initial(middle(i / contexts), count);
        }
        return models;
    }
}
