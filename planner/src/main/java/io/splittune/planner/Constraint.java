package io.splittune.planner;

/** A limit that a problem sets. */
public enum Constraint {
    /** The accuracy floor, SFT eq. (27b). */
    ACCURACY,
    /** A device's memory, SFT eq. (27c). */
    MEMORY,
    /** The band, SFT eq. (27f) and (27g). */
    BANDWIDTH,
    /** The deadline of a round. */
    DELAY,
    /** A link that carries nothing. */
    LINK
}
