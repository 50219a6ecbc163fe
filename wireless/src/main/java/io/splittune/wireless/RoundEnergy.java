package io.splittune.wireless;

import io.splittune.core.Check;

/**
 * Energy of a device's round.
 *
 * @param deviceComputeJoules of the device's processor
 * @param deviceTransmitJoules of the device's radio
 * @param serverComputeJoules of the server's processor for this device
 * @param serverTransmitJoules of the server's radio for this device
 */
public record RoundEnergy(
        double deviceComputeJoules,
        double deviceTransmitJoules,
        double serverComputeJoules,
        double serverTransmitJoules) {
    /** No energy at all. */
    public static final RoundEnergy ZERO = new RoundEnergy(0, 0, 0, 0);

    /** Checks that nothing is negative or NaN. */
    public RoundEnergy {
        check(deviceComputeJoules, "deviceComputeJoules");
        check(deviceTransmitJoules, "deviceTransmitJoules");
        check(serverComputeJoules, "serverComputeJoules");
        check(serverTransmitJoules, "serverTransmitJoules");
    }

    private static void check(double joules, String name) {
        Check.require(joules >= 0, "%s (%s) must be >= 0.", name, joules);
    }

    /** Returns the sum in joules. */
    public double total() {
        return deviceComputeJoules + deviceTransmitJoules + serverComputeJoules + serverTransmitJoules;
    }

    /** Returns the device's own part in joules. */
    public double device() {
        return deviceComputeJoules + deviceTransmitJoules;
    }

    /** Adds part by part. */
    public RoundEnergy plus(RoundEnergy other) {
        return new RoundEnergy(
                deviceComputeJoules + other.deviceComputeJoules,
                deviceTransmitJoules + other.deviceTransmitJoules,
                serverComputeJoules + other.serverComputeJoules,
                serverTransmitJoules + other.serverTransmitJoules);
    }
}
