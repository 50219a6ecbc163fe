package io.splittune.training;

/**
 * What a device does in a run.
 *
 * @param config of the run, as the server sent it
 * @param data the device's own samples
 * @param cut blocks on the device in the first round, by which it finds its own weights; 0 where it shares the server's
 */
public record DeviceTask(TrainingConfig config, DeviceData data, int cut) {}
