package io.splittune.training.data;

import java.util.random.RandomGenerator;

/** Uniform random orders by Fisher and Yates's method. */
final class Shuffles {
    private Shuffles() {}

    /** Returns 0 to {@code size - 1} in random order. */
    static int[] permutation(int size, RandomGenerator random) {
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            order[i] = i;
        }
        shuffle(order, random);
        return order;
    }

    /** Reorders in place. */
    static void shuffle(int[] values, RandomGenerator random) {
        for (int i = values.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int kept = values[i];
            values[i] = values[other];
            values[other] = kept;
        }
    }
}
