package io.splittune.planner;

import io.splittune.core.Check;
import io.splittune.wireless.Device;

/**
 * A device that SFLAM may give a resource block.
 *
 * @param id its name in the plan, not blank
 * @param hardware clock, cores, kappa; its power is p_max
 * @param samples D_n, positive; the device's share a_n of all samples weights its performance
 * @param iterations mini-batches of a round, positive; SFLAM's eq. (9) to (17) are of one
 */
public record SflamDevice(String id, Device hardware, double samples, double iterations) {
    /** Checks the ranges. */
    public SflamDevice {
        Check.require(!id.isBlank(), "id must not be blank.");
        Check.positive(samples, "samples");
        Check.positive(iterations, "iterations");
    }

    double computeSeconds(double operations) {
        return iterations * operations / hardware.flopsPerSecond();
    }

    double computeJoules(double operations) {
        return hardware.computePowerWatts() * computeSeconds(operations);
    }
}
