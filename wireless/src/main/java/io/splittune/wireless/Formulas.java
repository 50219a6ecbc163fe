package io.splittune.wireless;

/**
 * Which of two readings of the SFT paper's cost formulas is meant.
 *
 * <p>The printed formulas mix bits with bytes, tokens with patches and the batch with a parameter's width. The
 * Javadoc of each method of {@link Workload}, {@link MemoryModel} and {@link RoundDelay} says what is printed and why
 * it was changed.
 */
public enum Formulas {
    /** The formulas with their slips mended; they give the paper's own Table III. */
    OURS,
    /** The formulas symbol by symbol as printed; for the ViT only. */
    PRINTED
}
