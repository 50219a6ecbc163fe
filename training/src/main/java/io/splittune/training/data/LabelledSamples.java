package io.splittune.training.data;

import java.util.Optional;

/**
 * What a partition over devices needs to know of a data set: the class of each sample, and for texts the file and the
 * key that it came with. Implementations are thread-safe.
 */
public interface LabelledSamples {
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

    /** Returns a new array with the label of every sample. */
    default int[] labels() {
        int[] labels = new int[size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = label(i);
        }
        return labels;
    }

    /** Returns the file that each sample is from, sorted by name; nothing where files say nothing of devices. */
    default Optional<SampleGroups> files() {
        return Optional.empty();
    }

    /** Returns the value of the device field of each sample, sorted; nothing without such a field. */
    default Optional<SampleGroups> keys() {
        return Optional.empty();
    }
}
