package io.splittune.cli.scenario;

import io.splittune.codec.Coder;
import io.splittune.codec.Compression.Points;
import io.splittune.codec.Compression.Rounding;
import java.util.Optional;

/**
 * Compression of the activations. {@code bits: q} is read as {@code levels: 2^q - 1}.
 *
 * @param keep the kept fraction (rho)
 * @param levels number of quantisation intervals (E)
 * @param coder lossless stage
 * @param rounding of kept magnitudes
 * @param points that they are put on
 * @param beta compressed over raw bytes, for planning without measuring
 */
public record StreamSection(
        @Key(
                value = "Kept fraction of the elements (the paper's rho); 1 keeps all and sends no positions.",
                byDefault = "0.2",
                above = 0,
                max = 1)
        double keep,

        @Key(
                value = "Number of quantisation intervals (the paper's E), 2^q - 1 for q bits.",
                byDefault = "7",
                min = 1,
                max = 65535)
        int levels,

        @Key(value = "Lossless stage behind the quantiser.", byDefault = "adaptive")
        Coder coder,

        @Key(
                value = "How a kept magnitude is put on one of the two points around it: at random with the right mean"
                        + " (the papers' way), or on the nearer one.",
                byDefault = "stochastic")
        Rounding rounding,

        @Key(
                value =
                        "What a level decodes to: its point (the papers' way), or the mean of the magnitudes that fell on it.",
                byDefault = "uniform")
        Points points,

        @Key(value = "Compressed over raw bytes, given instead of measured; for planning only.", above = 0, max = 1)
        Optional<Double> beta) {}
