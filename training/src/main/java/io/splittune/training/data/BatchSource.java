package io.splittune.training.data;

import java.util.Iterator;

/**
 * The batches of one pass over some samples, prepared as they are asked for. Confined to one thread.
 *
 * <p>{@link #next()} throws {@link io.splittune.core.UserException} when an image cannot be read.
 */
public interface BatchSource extends Iterator<Batch>, AutoCloseable {
    /** Returns the number of batches of the whole pass. */
    int batches();

    /** Returns the number of samples of the whole pass. */
    int samples();

    /** Stops any work ahead; closing twice does nothing. The data set stays open. */
    @Override
    void close();
}
