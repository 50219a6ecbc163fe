package io.splittune.cli.scenario;

/**
 * Who decides what is {@code auto}.
 *
 * @param kind algorithm
 * @param accuracyFloor least accuracy, relative to training without compression
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
        double accuracyFloor) {
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
