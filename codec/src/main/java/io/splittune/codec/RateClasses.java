package io.splittune.codec;

/**
 * Classes of probabilities by octaves of the rarer side, 14 in all: channels of like statistics share what is learnt.
 * Thread-safe (pure).
 */
final class RateClasses {
    static final int COUNT = 14;

    private static final int LOWEST_OCTAVE = 8;
    private static final int OCTAVES = COUNT / 2;

    private RateClasses() {}

    /** Returns the class of a probability in 1/65536, in [1, 65535]. */
    static int of(int probability) {
        int rarer = Math.min(probability, BitModels.ONE - probability);
        int octave = Math.max(LOWEST_OCTAVE, Math.min(LOWEST_OCTAVE + OCTAVES - 1, FrameFormat.bits(rarer) - 1))
                - LOWEST_OCTAVE;
        return rarer == probability ? octave : COUNT - 1 - octave;
    }

    /**
     * Returns head starts: in every class, each context expects the middle of its octave.
     *
     * @param contexts of a class, next to each other
     * @param weight as how many sixteenths of a bit it counts
     */
    static long[] headStarts(int contexts, int weight) {
        long[] initial = new long[COUNT * contexts];
        for (int i = 0; i < initial.length; i++) {
            int rateClass = i / contexts;
            boolean upper = rateClass >= OCTAVES;
            int octave = upper ? COUNT - 1 - rateClass : rateClass;
            int rarer = 3 << (octave + LOWEST_OCTAVE - 1);
            initial[i] = BitModels.headStart(upper ? BitModels.ONE - rarer : rarer, weight);
        }
        return initial;
    }
}
