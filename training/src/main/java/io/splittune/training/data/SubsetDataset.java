package io.splittune.training.data;

import io.splittune.core.Check;
import io.splittune.core.RandomStreams;
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
        int[] newLabels = Subsets.newLabels(base, classes);
        return new SubsetDataset(base, Subsets.ofClasses(base, newLabels, classes), classes.clone(), newLabels);
    }

    static Dataset limited(Dataset base, int limit, RandomStreams streams) {
        Check.positive(limit, "limit");
        if (limit >= base.size()) {
            return base;
        }
        int[] same = IntStream.range(0, base.classes()).toArray();
        return new SubsetDataset(base, Subsets.limited(base, limit, streams), same, same);
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
