package io.splittune.training;

/**
 * What a device does in a run.
 *
 * @param config of the run, as the server sent it
 * @param data the device's own samples
 * @param cut blocks whose weights the device holds, the most that it computes in any round; 0 where it shares the server's
 */
public record DeviceTask(TrainingConfig config, DeviceData data, int cut) {}
