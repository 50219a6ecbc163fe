package io.splittune.wireless;

import io.splittune.core.Check;

/**
 * What a device's link carries in a round: bits per second and hertz.
 *
 * <p>The power spectral density of a sender is constant, so the SNR does not depend on the width of the sub-band, and
 * rates are linear in it: {@code R = b * bitsPerHz}. SFT's rates in section V-A have this form.
 *
 * @param uplinkBitsPerHz device to server, not negative; 0 is an outage
 * @param downlinkBitsPerHz server to device, not negative; 0 is an outage
 */
public record LinkState(double uplinkBitsPerHz, double downlinkBitsPerHz) {
    /** Checks the ranges. */
    public LinkState {
        Check.notNegative(uplinkBitsPerHz, "uplinkBitsPerHz");
        Check.notNegative(downlinkBitsPerHz, "downlinkBitsPerHz");
    }

    /**
     * Returns Shannon's efficiencies at two SNRs.
     *
     * @param uplinkSnrDb device to server, finite
     * @param downlinkSnrDb server to device, finite
     */
    public static LinkState ofSnrDb(double uplinkSnrDb, double downlinkSnrDb) {
        return of(new SnrDb(uplinkSnrDb, downlinkSnrDb));
    }

    static LinkState of(SnrDb snr) {
        return new LinkState(Shannon.bitsPerHz(snr.uplinkLinear()), Shannon.bitsPerHz(snr.downlinkLinear()));
    }

    /** Says whether a direction carries nothing. */
    public boolean isOutage() {
        return uplinkBitsPerHz == 0 || downlinkBitsPerHz == 0;
    }
}
