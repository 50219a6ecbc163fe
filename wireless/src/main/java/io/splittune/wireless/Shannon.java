package io.splittune.wireless;

import io.splittune.core.Check;

/** Shannon's rate. Thread-safe (pure). */
public final class Shannon {
    private Shannon() {}

    /**
     * Rate of one OFDMA sub-band: {@code R = B log2(1 + P g / (N0 B))}.
     *
     * <p>Source: SFLAM eq. (12); SFT section V-A with the quotient as a fixed SNR.
     *
     * @param bandwidthHz B, positive
     * @param txPowerWatts P, not negative
     * @param channelGain g, linear power gain (not dB), not negative
     * @param noiseWattsPerHz N0, positive
     * @return R in bit/s; 0 when P g = 0
     * @throws IllegalArgumentException if an argument is NaN, infinite or out of its range
     */
    public static double bitsPerSecond(
            double bandwidthHz, double txPowerWatts, double channelGain, double noiseWattsPerHz) {
        Check.positive(bandwidthHz, "bandwidthHz");
        Check.notNegative(txPowerWatts, "txPowerWatts");
        Check.notNegative(channelGain, "channelGain");
        Check.positive(noiseWattsPerHz, "noiseWattsPerHz");
        return bandwidthHz * bitsPerHz(txPowerWatts * channelGain / (noiseWattsPerHz * bandwidthHz));
    }

    /**
     * Spectral efficiency {@code log2(1 + snr)}.
     *
     * @param snrLinear signal over noise (not dB), not negative
     * @return bit/s per hertz
     * @throws IllegalArgumentException if the argument is NaN, infinite or negative
     */
    public static double bitsPerHz(double snrLinear) {
        Check.notNegative(snrLinear, "snrLinear");
        return Math.log1p(snrLinear) / Math.log(2);
    }

    /**
     * The SNR in dB at which Shannon's rate is {@code bitsPerHz}, the inverse of {@link #bitsPerHz}.
     *
     * @param bitsPerHz not negative
     * @return decibels; negative infinity for 0
     */
    public static double snrDb(double bitsPerHz) {
        Check.notNegative(bitsPerHz, "bitsPerHz");
        return 10 * Math.log10(Math.expm1(bitsPerHz * Math.log(2)));
    }
}
