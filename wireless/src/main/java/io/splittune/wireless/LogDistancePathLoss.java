package io.splittune.wireless;

import io.splittune.core.Check;

/**
 * Log-distance path loss: {@code PL = PL0 + 10 n log10(d / d0)}; it does not tell line of sight from its absence.
 *
 * @param referenceDb PL0, the loss at d0
 * @param referenceMetres d0, positive
 * @param exponent n, positive
 * @param shadowingDb standard deviation of shadowing, not negative
 */
public record LogDistancePathLoss(double referenceDb, double referenceMetres, double exponent, double shadowingDb)
        implements PathLoss {
    /** Macro cell of 3GPP TR 36.814 at 2 GHz: 128.1 + 37.6 log10(d / km), 8 dB shadowing. */
    public static final LogDistancePathLoss MACRO_2GHZ = new LogDistancePathLoss(128.1, 1000, 3.76, 8);

    /** Checks the ranges. */
    public LogDistancePathLoss {
        Check.notNegative(referenceDb, "referenceDb");
        Check.positive(referenceMetres, "referenceMetres");
        Check.positive(exponent, "exponent");
        Check.notNegative(shadowingDb, "shadowingDb");
    }

    @Override
    public double medianDb(double distanceMetres, boolean lineOfSight) {
        Check.positive(distanceMetres, "distanceMetres");
        return referenceDb + 10 * exponent * Math.log10(distanceMetres / referenceMetres);
    }

    @Override
    public double lineOfSightProbability(double distanceMetres) {
        return 1;
    }

    @Override
    public double shadowingDb(boolean lineOfSight) {
        return shadowingDb;
    }
}
