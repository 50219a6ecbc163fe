package io.splittune.planner;

import io.splittune.core.Check;

/**
 * A device that a plan gives no part in the round.
 *
 * @param id the device
 * @param reason why, in words
 */
public record LeftOut(String id, String reason) {
    /** Checks that both say something. */
    public LeftOut {
        Check.require(!id.isBlank(), "id must not be blank.");
        Check.require(!reason.isBlank(), "reason for leaving out %s must not be blank.", id);
    }
}
