package io.splittune.wireless;

import io.splittune.core.Check;

/**
 * Published figures of a board or card, from which a {@link Device} or an {@link EdgeServer} is made.
 *
 * @param name as in {@link HardwareProfiles#names()}
 * @param cores of the processor that trains
 * @param flopsPerCycle fp32 operations of a core in a cycle, multiply-add as two
 * @param clockHz highest clock
 * @param memoryBytes memory, shared with the system on boards and phones
 * @param powerWatts highest power of the board
 */
public record HardwareProfile(
        String name, int cores, double flopsPerCycle, double clockHz, long memoryBytes, double powerWatts) {
    /** Checks the ranges. */
    public HardwareProfile {
        Check.positive(cores, "cores");
        Check.positive(flopsPerCycle, "flopsPerCycle");
        Check.positive(clockHz, "clockHz");
        Check.positive(memoryBytes, "memoryBytes");
        Check.positive(powerWatts, "powerWatts");
    }

    /** Returns kappa in W/Hz^3 such that kappa f^3 is the board's power at its highest clock. */
    public double switchedCapacitance() {
        return powerWatts / (clockHz * clockHz * clockHz);
    }

    /**
     * Makes a device at the highest clock.
     *
     * @param id its name in reports
     * @param txPowerWatts P, not negative
     */
    public Device device(String id, double txPowerWatts) {
        return new Device(id, cores, flopsPerCycle, clockHz, memoryBytes, txPowerWatts, switchedCapacitance());
    }

    /**
     * Makes a server at the highest clock.
     *
     * @param txPowerWatts P_s, not negative
     */
    public EdgeServer server(double txPowerWatts) {
        return new EdgeServer(cores, flopsPerCycle, clockHz, switchedCapacitance(), txPowerWatts);
    }
}
