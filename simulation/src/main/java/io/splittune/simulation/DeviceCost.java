package io.splittune.simulation;

import io.splittune.wireless.PhaseSeconds;
import io.splittune.wireless.RoundEnergy;

/**
 * What a round costs a device.
 *
 * @param bandwidthHz that it sent and received over; 0 when it stayed out
 * @param delaySeconds from its start in the round until its adapter was back, or until it left or was cut off
 * @param phases time in each phase, the server's queue counted in SC. Their sum is the delay, unless phases overlap or the
 *     device did not finish
 * @param energy of the device, and the server's for it
 * @param bytes that crossed the air
 * @param participated whether it took part; false also when its link carried nothing
 * @param finished whether its adapter was back in time
 */
public record DeviceCost(
        double bandwidthHz,
        double delaySeconds,
        PhaseSeconds phases,
        RoundEnergy energy,
        PhaseBytes bytes,
        boolean participated,
        boolean finished) {
    static final DeviceCost IDLE =
            new DeviceCost(0, 0, PhaseSeconds.ZERO, RoundEnergy.ZERO, PhaseBytes.ZERO, false, false);
}
