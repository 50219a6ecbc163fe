package io.splittune.training;

/**
 * What a device does in a run.
 *
 * @param config of the run, as the server sent it
 * @param data the device's own samples
 * @param cut blocks on the device in the first round
 */
public record DeviceTask(TrainingConfig config, DeviceData data, int cut) {}
