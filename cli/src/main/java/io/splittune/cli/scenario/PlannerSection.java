package io.splittune.cli.scenario;

import java.util.List;
import java.util.Optional;

/**
 * Who decides what is {@code auto}.
 *
 * @param kind algorithm
 * @param accuracyFloor least accuracy, relative to training without compression
 * @param replanRounds the large timescale
 * @param calibration file that says what compressions save and cost
 * @param maxDelaySeconds longest round
 * @param cuts to choose from
 * @param keep kept fractions to choose from
 * @param levels numbers of levels to choose from
 */
public record PlannerSection(
        @Key(
                value = "two-timescale | exact | heterogeneous | equal | random | card | sflam",
                byDefault = "two-timescale")
        Kind kind,

        @Key(
                value = "Least accuracy that a plan may lead to, as a fraction of that without compression.",
                byDefault = "0.98",
                min = 0,
                max = 1)
        double accuracyFloor,

        @Key(
                value = "Cut and compression are decided anew every so many rounds; bandwidth in every round.",
                byDefault = "5",
                min = 1)
        int replanRounds,

        @Key(
                value =
                        "File that calibrate wrote: what each compression saves and costs; left out: the one measured on "
                                + "the built-in model.",
                file = true)
        Optional<String> calibration,

        @Key(value = "Longest round that a plan may have, in virtual seconds; left out: any.", above = 0)
        Optional<Double> maxDelaySeconds,

        @Key(value = "Cuts to choose from; left out: all of the model.", min = 1)
        Optional<List<Integer>> cuts,

        @Key(
                value = "Kept fractions to choose from, all measured by the calibration; left out: all that it has.",
                above = 0,
                max = 1)
        Optional<List<Double>> keep,

        @Key(
                value = "Numbers of levels to choose from, all measured by the calibration; left out: all that it has.",
                min = 1,
                max = 65535)
        Optional<List<Integer>> levels) {
    /** Algorithms. */
    public enum Kind {
        /** SFT's Algorithms 2 and 3. */
        TWO_TIMESCALE,
        /** One cut and compression for all, exactly. */
        EXACT,
        /** Each device its own, exactly. */
        HETEROGENEOUS,
        /** Equal shares. */
        EQUAL,
        /** Random shares. */
        RANDOM,
        /** CARD. */
        CARD,
        /** SFLAM. */
        SFLAM
    }
}
