package io.splittune.simulation.reproduction;

import java.util.Locale;

/** Where a number of ours comes from, and so what its agreement with a paper is worth. */
public enum Status {
    /** Computed from what the paper states, from its own prints, or from encoded bytes; nothing was adjusted to the number. */
    DERIVED,
    /** Rests on a constant or a choice that was adjusted to the paper's numbers. */
    FITTED,
    /** Computed by formulas or with constants that the paper's text, as we have it, does not hold; ours stand in for them. */
    RECONSTRUCTED,
    /** Measured in real trainings, of a smaller model where it says so. */
    TRAINED,
    /** The paper's number does not follow from what it states, or follows only from one of several readings. */
    UNEXPLAINED;

    /** Returns its name in tables and JSON. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
