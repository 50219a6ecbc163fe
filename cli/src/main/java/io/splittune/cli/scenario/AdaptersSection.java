package io.splittune.cli.scenario;

/**
 * Quantisation of uploaded adapters. {@code bits: q} is read as {@code levels: 2^q - 1}.
 *
 * @param levels number of quantisation intervals (E)
 */
public record AdaptersSection(
        @Key(
                value = "Number of intervals between 0 and a tensor's largest difference to its round's start, 2^q - 1"
                        + " for q bits and a sign.",
                byDefault = "255",
                min = 1,
                max = 65535)
        int levels) {}
