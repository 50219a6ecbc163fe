package io.splittune.training.data;

/**
 * Makes passes over the samples of a data set.
 *
 * <p>A training pass depends on the seed, device, round and epoch alone: its order comes from the stream {@code DATA}
 * with the keys (device, round, epoch). So a pass can be repeated exactly, by any process. Implementations are immutable
 * and thread-safe, and do not own the data set.
 */
public sealed interface Batches permits ImageBatches, TokenBatches {
    /**
     * One pass over a device's samples in random order, as training wants them (images augmented); the last batch may be
     * smaller.
     *
     * @param device the device's index
     * @param indices its samples, at least one; copied
     * @param batchSize positive
     * @param round number of the round
     * @param epoch number of the local epoch within the round
     */
    BatchSource training(int device, int[] indices, int batchSize, int round, int epoch);

    /**
     * One pass over all samples in their order, unchanged; the last batch may be smaller.
     *
     * @param batchSize positive
     */
    BatchSource evaluation(int batchSize);

    /**
     * One pass over given samples in the given order, unchanged; the last batch may be smaller.
     *
     * @param indices at least one; copied
     * @param batchSize positive
     */
    BatchSource evaluation(int[] indices, int batchSize);
}
