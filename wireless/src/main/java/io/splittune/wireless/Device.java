package io.splittune.wireless;

import io.splittune.core.Check;

/**
 * Hardware of a device.
 *
 * @param id its name in reports, not blank
 * @param cores C
 * @param flopsPerCycle D, operations of a core in a cycle
 * @param clockHz f
 * @param memoryBytes memory that training may fill
 * @param txPowerWatts P, drawn while sending, whatever the width of the sub-band; 0 leaves sending out of the energy
 * @param switchedCapacitance kappa in W/Hz^3: computing draws kappa f^3; 0 leaves computing out of the energy
 */
public record Device(
        String id,
        int cores,
        double flopsPerCycle,
        double clockHz,
        long memoryBytes,
        double txPowerWatts,
        double switchedCapacitance) {
    /** Checks the ranges. */
    public Device {
        Check.require(!id.isBlank(), "id must not be blank.");
        Check.positive(cores, "cores");
        Check.positive(flopsPerCycle, "flopsPerCycle");
        Check.positive(clockHz, "clockHz");
        Check.positive(memoryBytes, "memoryBytes");
        Check.notNegative(txPowerWatts, "txPowerWatts");
        Check.notNegative(switchedCapacitance, "switchedCapacitance");
    }

    /** Returns f C D, the operations in a second. */
    public double flopsPerSecond() {
        return cores * flopsPerCycle * clockHz;
    }

    /** Returns kappa f^3, the power drawn while computing, in watts. */
    public double computePowerWatts() {
        return switchedCapacitance * clockHz * clockHz * clockHz;
    }
}
