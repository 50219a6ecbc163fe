package io.splittune.wireless;

import io.splittune.core.Check;

/**
 * A device in a round.
 *
 * @param hardware its processor and radio
 * @param link its link in this round
 * @param iterations mini-batches of the round, positive; a fraction stands for a last batch that is not full
 */
public record DeviceSite(Device hardware, LinkState link, double iterations) {
    /** Checks the range. */
    public DeviceSite {
        Check.positive(iterations, "iterations");
    }
}
