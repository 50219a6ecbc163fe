package io.splittune.planner;

/** What SFLAM's third subproblem, the choice of resource blocks, makes small. */
public enum MatchingWeight {
    /** Energy of the participants, eq. (30) as printed; it knows neither data shares nor bits. */
    ENERGY,
    /** The objective with its sign turned, which the printed weight does not follow: ours. */
    UTILITY
}
