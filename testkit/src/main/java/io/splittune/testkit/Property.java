package io.splittune.testkit;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * A seeded property runner: runs a body with many generators and, on failure, says how to run that case alone.
 *
 * <p>{@code -Dseed=N} replays one case. {@code -Dcases=N} changes the number of cases.
 */
public final class Property {
    private Property() {}

    /** The property's body. */
    @FunctionalInterface
    public interface Body {
        /**
         * Draws an input and asserts.
         *
         * @param random the case's own generator
         * @throws Exception what the code under test throws
         */
        void check(RandomGenerator random) throws Exception;
    }

    /**
     * Runs the body for {@code cases} seeds.
     *
     * @param cases how many, when {@code -Dcases} is not given
     * @param body draws an input and asserts
     * @throws AssertionError for the first failing case, with its seed
     */
    public static void forAll(int cases, Body body) {
        Long only = Long.getLong("seed");
        if (only != null) {
            run(only, body);
            return;
        }
        int count = Integer.getInteger("cases", cases);
        for (long seed = 1; seed <= count; seed++) {
            run(seed, body);
        }
    }

    private static void run(long seed, Body body) {
        try {
            body.check(new SplittableRandom(seed * 0x9E3779B97F4A7C15L));
        } catch (Throwable failure) {
            throw new AssertionError(
                    "Property fails; reproduce this case with -Dseed=" + seed + ": " + failure, failure);
        }
    }
}
