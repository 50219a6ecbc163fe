package io.splittune.core;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * One seed split into independent random streams, by purpose and by any further keys (device, round, step).
 *
 * <p>A stream depends on the seed, its purpose and its keys alone: drawing more from one stream, or asking for a new
 * one, moves no other. The same stream can be opened in another process, which is how a device and the server agree
 * without talking. Immutable and thread-safe; a returned generator is confined to one thread.
 */
public final class RandomStreams {
    /** What the numbers are drawn for. */
    public enum Purpose {
        /** Fading and shadowing. */
        CHANNEL,
        /** Order of the samples in an epoch. */
        DATA,
        /** Flips and crops. */
        AUGMENT,
        /** Assignment of samples to devices. */
        PARTITION,
        /** LoRA dropout masks. */
        DROPOUT,
        /** Initial weights. */
        INIT,
        /** Stochastic quantisation at the cut. */
        QUANTISER,
        /** Random planners and baselines. */
        PLANNER,
        /** Procedural data sets. */
        SYNTHESIS,
        /** Jitter, stragglers and dropout of simulated rounds. */
        DISTURBANCE,
        /** Processors and radios of drawn fleets. */
        HARDWARE,
        /** Words of generated texts. */
        GENERATION
    }

    private final long seed;

    /**
     * Roots all streams in one seed.
     *
     * @param seed any value
     */
    public RandomStreams(long seed) {
        this.seed = seed;
    }

    /** Returns the seed that all streams come from. */
    public long seed() {
        return seed;
    }

    /**
     * Opens a stream at its beginning.
     *
     * @param purpose what it is for
     * @param keys any further distinction, such as device and round; their order matters
     * @return a new generator, confined to one thread
     */
    public RandomGenerator stream(Purpose purpose, long... keys) {
        return new SplittableRandom(streamSeed(purpose, keys));
    }

    /**
     * Returns the seed of a stream, for generators that are not Java's.
     *
     * @param purpose what it is for
     * @param keys any further distinction; their order matters
     * @return 64 well-mixed bits
     */
    public long streamSeed(Purpose purpose, long... keys) {
        // The name, not the ordinal: a purpose added in the middle must not move the others.
        long mixed = mix(seed ^ mix(purpose.name().hashCode()));
        for (long key : keys) {
            mixed = mix(mixed + 0x9E3779B97F4A7C15L + mix(key));
        }
        return mixed;
    }

    /** The finaliser of SplitMix64 (Steele, Lea, Flood 2014). */
    private static long mix(long bits) {
        long z = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
