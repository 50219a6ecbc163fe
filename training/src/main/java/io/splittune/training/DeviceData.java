package io.splittune.training;

import io.splittune.core.Check;
import io.splittune.training.data.BatchSource;
import io.splittune.training.data.Batches;

/** One device's own samples, as batches. Thread-safe. */
public final class DeviceData {
    private final Batches batches;
    private final int[] indices;
    private final int deviceIndex;
    private final int batchSize;

    /**
     * Selects the device's samples.
     *
     * @param batches over the data set that the samples are in
     * @param indices the device's samples, at least one; copied
     * @param deviceIndex keys the order and the augmentation of the samples
     * @param batchSize samples per optimiser step, positive
     */
    public DeviceData(Batches batches, int[] indices, int deviceIndex, int batchSize) {
        Check.positive(indices.length, "samples of device " + deviceIndex);
        this.batches = batches;
        this.indices = indices.clone();
        this.deviceIndex = Check.notNegative(deviceIndex, "deviceIndex");
        this.batchSize = Check.positive(batchSize, "batchSize");
    }

    /** Returns |D_n|, the number of samples. */
    public int samples() {
        return indices.length;
    }

    /** Returns the optimiser steps of one epoch; the last batch may be smaller. */
    public int batchCount() {
        return (indices.length + batchSize - 1) / batchSize;
    }

    /** Opens one pass over the samples, in an order that depends on seed, device, round and epoch alone. */
    BatchSource epoch(int round, int epoch) {
        return batches.training(deviceIndex, indices, batchSize, round, epoch);
    }
}
