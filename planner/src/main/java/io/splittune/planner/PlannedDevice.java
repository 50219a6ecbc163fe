package io.splittune.planner;

import io.splittune.core.Check;
import io.splittune.wireless.Device;
import io.splittune.wireless.DeviceSite;
import io.splittune.wireless.LinkState;

/**
 * A device that a plan is made for.
 *
 * @param id its name in the plan, not blank
 * @param hardware its processor, memory and radio
 * @param link its link in this round
 * @param iterations mini-batches of a round, positive; a fraction stands for a last batch that is not full
 * @param maxBandwidthHz b_max of SFT eq. (27f), positive; above the band means the band
 */
public record PlannedDevice(String id, Device hardware, LinkState link, double iterations, double maxBandwidthHz) {
    /** Checks the ranges. */
    public PlannedDevice {
        Check.require(!id.isBlank(), "id must not be blank.");
        Check.positive(iterations, "iterations");
        Check.positive(maxBandwidthHz, "maxBandwidthHz");
    }

    /** Returns what the delay formulas need. */
    public DeviceSite site() {
        return new DeviceSite(hardware, link, iterations);
    }

    /** Returns the same device with the link of another round. */
    public PlannedDevice with(LinkState otherLink) {
        return new PlannedDevice(id, hardware, otherLink, iterations, maxBandwidthHz);
    }
}
