package io.splittune.wireless;

import io.splittune.core.Check;

/**
 * Hardware of the edge server.
 *
 * <p>Slip: SFT's Table II prints "C_s = 1.5 GHz", a clock, and "D_s = 2,048", cores; the text has 2048 cores of 4
 * operations a cycle.
 *
 * @param cores C_s
 * @param flopsPerCycle D_s, operations of a core in a cycle
 * @param clockHz f_s
 * @param switchedCapacitance kappa in W/Hz^3: computing draws kappa f^3; 0 leaves computing out of the energy
 * @param txPowerWatts P_s over the whole band; 0 leaves sending out of the energy
 */
public record EdgeServer(
        int cores, double flopsPerCycle, double clockHz, double switchedCapacitance, double txPowerWatts) {
    /** Checks the ranges. */
    public EdgeServer {
        Check.positive(cores, "cores");
        Check.positive(flopsPerCycle, "flopsPerCycle");
        Check.positive(clockHz, "clockHz");
        Check.notNegative(switchedCapacitance, "switchedCapacitance");
        Check.notNegative(txPowerWatts, "txPowerWatts");
    }

    /** Returns f_s C_s D_s, the operations in a second. */
    public double flopsPerSecond() {
        return flopsPerSecond(clockHz);
    }

    /**
     * Returns the operations in a second at another clock.
     *
     * @param atClockHz positive
     */
    public double flopsPerSecond(double atClockHz) {
        return cores * flopsPerCycle * Check.positive(atClockHz, "atClockHz");
    }

    /** Returns kappa f_s^3, the power drawn while computing, in watts. */
    public double computePowerWatts() {
        return computePowerWatts(clockHz);
    }

    /**
     * Returns the power drawn while computing at another clock, in watts.
     *
     * @param atClockHz positive
     */
    public double computePowerWatts(double atClockHz) {
        Check.positive(atClockHz, "atClockHz");
        return switchedCapacitance * atClockHz * atClockHz * atClockHz;
    }

    /**
     * Returns the same server at another clock.
     *
     * @param otherClockHz positive
     */
    public EdgeServer withClock(double otherClockHz) {
        return new EdgeServer(cores, flopsPerCycle, otherClockHz, switchedCapacitance, txPowerWatts);
    }
}
