package io.splittune.simulation;

/**
 * One device's simulated round.
 *
 * @param stages the stage times as they were, jitter and slowness in them
 * @param delaySeconds from the round's start until the device's adapter was back, or until it left or was cut off
 * @param waitSeconds time that its activations stood in the server's queue, summed over micro-batches
 * @param batches mini-batches that it finished
 * @param finished whether its adapter was back before the deadline
 */
public record DeviceTimeline(
        StageSeconds stages, double delaySeconds, double waitSeconds, int batches, boolean finished) {}
