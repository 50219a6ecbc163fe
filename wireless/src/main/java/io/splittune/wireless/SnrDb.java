package io.splittune.wireless;

import io.splittune.core.Check;

/**
 * Signal over noise of a device's link.
 *
 * @param uplink device to server, in dB, finite
 * @param downlink server to device, in dB, finite
 */
public record SnrDb(double uplink, double downlink) {
    /** Checks that both are numbers. */
    public SnrDb {
        Check.require(Double.isFinite(uplink), "uplinkSnrDb (%s) must be finite.", uplink);
        Check.require(Double.isFinite(downlink), "downlinkSnrDb (%s) must be finite.", downlink);
    }

    /** Returns the uplink's ratio as a number. */
    public double uplinkLinear() {
        return Math.pow(10, uplink / 10);
    }

    double downlinkLinear() {
        return Math.pow(10, downlink / 10);
    }
}
