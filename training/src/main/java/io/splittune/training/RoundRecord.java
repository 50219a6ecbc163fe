package io.splittune.training;

import java.util.List;

/**
 * The outcome of one round.
 *
 * @param round from 1
 * @param loss mean training loss over the samples of all devices that finished; NaN when none did
 * @param testLoss mean loss on the test set after averaging
 * @param accuracy fraction of the test set classified right after averaging, in [0, 1]
 * @param traffic of this round
 * @param wallSeconds from the round's start to the end of its evaluation
 * @param devices one entry per device of the run, in order of their index
 */
public record RoundRecord(
        int round,
        double loss,
        double testLoss,
        double accuracy,
        Traffic traffic,
        double wallSeconds,
        List<DeviceRound> devices) {
    /** Copies the list. */
    public RoundRecord {
        devices = List.copyOf(devices);
    }
}
