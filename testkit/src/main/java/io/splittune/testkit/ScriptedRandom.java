package io.splittune.testkit;

import java.util.random.RandomGenerator;

/**
 * A generator that returns the given fractions in turn and throws when asked for more, so that a test also fixes how
 * many draws the code makes. Confined to one thread.
 */
public final class ScriptedRandom implements RandomGenerator {
    private final double[] fractions;
    private int next;

    /**
     * Scripts the draws.
     *
     * @param fractions values in [0, 1), one per draw
     */
    public ScriptedRandom(double... fractions) {
        this.fractions = fractions.clone();
    }

    @Override
    public double nextDouble() {
        if (next == fractions.length) {
            throw new IllegalStateException("Only " + fractions.length + " draws were scripted.");
        }
        return fractions[next++];
    }

    @Override
    public float nextFloat() {
        return (float) nextDouble();
    }

    @Override
    public long nextLong() {
        return (long) (nextDouble() * 0x1p64);
    }

    /** Returns how many scripted draws are left. */
    public int remaining() {
        return fractions.length - next;
    }
}
