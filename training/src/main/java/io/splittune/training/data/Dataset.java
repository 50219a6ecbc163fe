package io.splittune.training.data;

/**
 * Labelled images by index, read when they are asked for: only the labels are kept in memory.
 *
 * <p>Implementations are thread-safe. Reading after {@link #close()} throws {@link IllegalStateException} where files
 * are involved.
 */
public interface Dataset extends LabelledSamples, AutoCloseable {
    /**
     * Reads or makes the image of a sample; the caller owns it.
     *
     * @param index in {@code [0, size())}
     * @throws IndexOutOfBoundsException for another index
     * @throws io.splittune.core.UserException when the file cannot be read or decoded
     */
    RawImage image(int index);

    /** Closes files and deletes temporary ones; a second call does nothing. */
    @Override
    void close();
}
