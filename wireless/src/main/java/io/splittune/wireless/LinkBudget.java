package io.splittune.wireless;

import io.splittune.core.Check;

/**
 * What turns a path loss into an SNR, beside the device's power.
 *
 * @param bandwidthHz W, over which a sender's power is spread evenly, positive
 * @param serverTxPowerWatts P_s over the whole band, positive
 * @param noiseDbmPerHz N0; thermal noise is -174
 * @param noiseFigureDb of the receivers, not negative
 */
public record LinkBudget(double bandwidthHz, double serverTxPowerWatts, double noiseDbmPerHz, double noiseFigureDb) {
    /** Checks the ranges. */
    public LinkBudget {
        Check.positive(bandwidthHz, "bandwidthHz");
        Check.positive(serverTxPowerWatts, "serverTxPowerWatts");
        Check.inRange(noiseDbmPerHz, -250, 0, "noiseDbmPerHz");
        Check.notNegative(noiseFigureDb, "noiseFigureDb");
    }

    /** Returns the noise density with the receiver's share, in W/Hz. */
    public double noiseWattsPerHz() {
        return Math.pow(10, (noiseDbmPerHz + noiseFigureDb - 30) / 10);
    }

    /** Returns P g / (N0 W) in dB for a sender of {@code txPowerWatts} behind {@code pathLossDb}. */
    public double snrDb(double txPowerWatts, double pathLossDb) {
        return 10 * Math.log10(txPowerWatts / (noiseWattsPerHz() * bandwidthHz)) - pathLossDb;
    }
}
