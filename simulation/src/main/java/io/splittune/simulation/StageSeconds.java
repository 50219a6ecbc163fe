package io.splittune.simulation;

import static io.splittune.core.Check.notNegative;

/**
 * How long a device's round takes in each stage when nothing disturbs it: ED and LT once, the others for every mini-batch.
 *
 * <p>Stages after SFT section V-A and Fig. 4; the paper's eq. (18) leaves the number of mini-batches out.
 *
 * @param ed adapter (in round 1: model) to the device, seconds
 * @param cc device forward of one mini-batch, seconds
 * @param it activation to the server, seconds for one mini-batch
 * @param sc server forward and backward of one mini-batch, seconds
 * @param gt gradient to the device, seconds for one mini-batch
 * @param du device backward and update of one mini-batch, seconds
 * @param lt adapter to the server, seconds
 * @param iterations mini-batches in the round, 0 or more
 */
public record StageSeconds(
        double ed, double cc, double it, double sc, double gt, double du, double lt, int iterations) {
    /**
     * Validates.
     *
     * @throws IllegalArgumentException if a time is negative, NaN or infinite, or the iterations are negative
     */
    public StageSeconds {
        notNegative(ed, "ed");
        notNegative(cc, "cc");
        notNegative(it, "it");
        notNegative(sc, "sc");
        notNegative(gt, "gt");
        notNegative(du, "du");
        notNegative(lt, "lt");
        notNegative(iterations, "iterations");
    }
}
