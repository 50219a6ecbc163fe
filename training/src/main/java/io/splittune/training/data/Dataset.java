package io.splittune.training.data;

/**
 * Labelled images by index, read when they are asked for: only the labels are kept in memory.
 *
 * <p>Implementations are thread-safe. Reading after {@link #close()} throws {@link IllegalStateException} where files
 * are involved.
 */
public interface Dataset extends AutoCloseable {
    /** Returns the number of samples, at least one. */
    int size();

    /** Returns the number of classes; labels are 0 to {@code classes() - 1}. */
    int classes();

    /**
     * Returns the name of a class.
     *
     * @param label in {@code [0, classes())}
     * @throws IndexOutOfBoundsException for another label
     */
    String className(int label);

    /**
     * Returns the label of a sample.
     *
     * @param index in {@code [0, size())}
     * @throws IndexOutOfBoundsException for another index
     */
    int label(int index);

    /**
     * Reads or makes the image of a sample; the caller owns it.
     *
     * @param index in {@code [0, size())}
     * @throws IndexOutOfBoundsException for another index
     * @throws io.splittune.core.UserException when the file cannot be read or decoded
     */
    RawImage image(int index);

    /** Returns a new array with the label of every sample. */
    default int[] labels() {
        int[] labels = new int[size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = label(i);
        }
        return labels;
    }

    /** Closes files and deletes temporary ones; a second call does nothing. */
    @Override
    void close();
}
