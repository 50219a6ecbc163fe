package io.splittune.training.data;

import io.splittune.core.Check;
import io.splittune.core.RandomStreams;
import io.splittune.core.RandomStreams.Purpose;
import io.splittune.core.UserException;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Some samples of another data set, with some of its classes. */
final class SubsetDataset implements Dataset {
    private final Dataset base;
    private final int[] samples;
    private final int[] classes;
    private final int[] newLabels;

    /**
     * Narrows a data set.
     *
     * @param classes the base's label for each label here
     * @param newLabels the label here for each label of the base
     */
    private SubsetDataset(Dataset base, int[] samples, int[] classes, int[] newLabels) {
        this.base = base;
        this.samples = samples;
        this.classes = classes;
        this.newLabels = newLabels;
    }

    static Dataset ofClasses(Dataset base, int... classes) {
        Check.require(classes.length > 0, "At least one class is needed.");
        int[] newLabels = new int[base.classes()];
        Arrays.fill(newLabels, -1);
        for (int i = 0; i < classes.length; i++) {
            if (classes[i] < 0 || classes[i] >= base.classes()) {
                throw new UserException("data.classes: " + classes[i] + " does not exist; the classes are 0 to "
                        + (base.classes() - 1) + ".");
            }
            if (newLabels[classes[i]] >= 0) {
                throw new UserException("data.classes: " + classes[i] + " is there twice; name each class once.");
            }
            newLabels[classes[i]] = i;
        }
        int[] samples = IntStream.range(0, base.size())
                .filter(i -> newLabels[base.label(i)] >= 0)
                .toArray();
        if (samples.length == 0) {
            throw new UserException("data.classes: none of " + base.size() + " samples is of the classes "
                    + Arrays.toString(classes) + ".");
        }
        return new SubsetDataset(base, samples, classes.clone(), newLabels);
    }

    static Dataset limited(Dataset base, int limit, RandomStreams streams) {
        Check.positive(limit, "limit");
        if (limit >= base.size()) {
            return base;
        }
        int[] order = Shuffles.permutation(base.size(), streams.stream(Purpose.DATA));
        int[] samples = Arrays.copyOf(order, limit);
        Arrays.sort(samples);
        int[] same = IntStream.range(0, base.classes()).toArray();
        return new SubsetDataset(base, samples, same, same);
    }

    @Override
    public int size() {
        return samples.length;
    }

    @Override
    public int classes() {
        return classes.length;
    }

    @Override
    public String className(int label) {
        return base.className(classes[label]);
    }

    @Override
    public int label(int index) {
        return newLabels[base.label(samples[index])];
    }

    @Override
    public RawImage image(int index) {
        return base.image(samples[index]);
    }

    @Override
    public void close() {
        base.close();
    }
}
