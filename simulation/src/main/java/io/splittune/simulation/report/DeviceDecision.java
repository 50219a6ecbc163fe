package io.splittune.simulation.report;

import io.splittune.core.Check;
import java.util.OptionalInt;

/**
 * What was decided for a device in a round.
 *
 * @param id its name, any text
 * @param cut blocks on the device
 * @param keep kept fraction of the values, in (0, 1]
 * @param levels of quantisation; empty when values are not quantised
 * @param bandwidthHz its share; NaN when unknown
 * @param delaySeconds of its round; NaN when unknown
 * @param dropped whether it did not finish the round
 */
public record DeviceDecision(
        String id, int cut, double keep, OptionalInt levels, double bandwidthHz, double delaySeconds, boolean dropped) {
    /** Checks ranges. */
    public DeviceDecision {
        Check.notNegative(cut, "cut");
        Check.inRange(keep, 0, 1, "keep");
        RoundPoint.requireAmount(bandwidthHz, "bandwidthHz");
        RoundPoint.requireAmount(delaySeconds, "delaySeconds");
    }
}
