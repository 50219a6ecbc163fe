package io.splittune.model;

import io.splittune.core.Check;

/**
 * Rotary positions (Su et al. 2021): pair i of a head of width d turns by {@code position x theta^(-2i/d)}, maybe scaled
 * for contexts that are longer than those of the first training.
 *
 * @param theta base of the frequencies, above 1
 * @param scaling how frequencies are changed
 * @param factor by which the context was made longer, at least 1; 1 without scaling
 * @param lowFrequencyFactor {@link Scaling#LLAMA3}: wavelengths above {@code originalTokens / lowFrequencyFactor} are
 *     stretched by the whole factor
 * @param highFrequencyFactor {@link Scaling#LLAMA3}: wavelengths below {@code originalTokens / highFrequencyFactor} stay
 * @param originalTokens {@link Scaling#LLAMA3}: length of the first training's context
 */
public record Rope(
        double theta,
        Scaling scaling,
        double factor,
        double lowFrequencyFactor,
        double highFrequencyFactor,
        int originalTokens) {
    /** Ways to change the frequencies. */
    public enum Scaling {
        /** As they are. */
        NONE,
        /** All divided by the factor. */
        LINEAR,
        /** As LLaMA 3.1 and later: low ones divided, high ones kept, a ramp between. */
        LLAMA3
    }

    /** Checks ranges. */
    public Rope {
        Check.require(theta > 1, "rope theta (%s) must be > 1.", theta);
        Check.require(factor >= 1, "rope factor (%s) must be >= 1.", factor);
        if (scaling == Scaling.LLAMA3) {
            Check.positive(lowFrequencyFactor, "rope low frequency factor");
            Check.require(
                    highFrequencyFactor > lowFrequencyFactor,
                    "rope high frequency factor (%s) must be above the low one (%s).",
                    highFrequencyFactor,
                    lowFrequencyFactor);
            Check.positive(originalTokens, "rope original tokens");
        }
    }

    /** Returns unscaled rotary positions. */
    public static Rope of(double theta) {
        return new Rope(theta, Scaling.NONE, 1, 0, 0, 0);
    }
}
