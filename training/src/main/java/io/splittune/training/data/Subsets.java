package io.splittune.training.data;

import io.splittune.core.Check;
import io.splittune.core.RandomStreams;
import io.splittune.core.RandomStreams.Purpose;
import io.splittune.core.UserException;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Which samples a narrowed data set keeps. */
final class Subsets {
    private Subsets() {}

    /**
     * Returns the new label of each old one, or -1.
     *
     * @param classes old labels in their new order
     */
    static int[] newLabels(LabelledSamples base, int... classes) {
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
        return newLabels;
    }

    /** Returns the samples whose class is kept. */
    static int[] ofClasses(LabelledSamples base, int[] newLabels, int... classes) {
        int[] samples = IntStream.range(0, base.size())
                .filter(i -> newLabels[base.label(i)] >= 0)
                .toArray();
        if (samples.length == 0) {
            throw new UserException("data.classes: none of " + base.size() + " samples is of the classes "
                    + Arrays.toString(classes) + ".");
        }
        return samples;
    }

    /** Returns a random choice in ascending order; all when there are no more. */
    static int[] limited(LabelledSamples base, int limit, RandomStreams streams) {
        Check.positive(limit, "limit");
        int[] order = Shuffles.permutation(base.size(), streams.stream(Purpose.DATA));
        int[] samples = Arrays.copyOf(order, Math.min(limit, order.length));
        Arrays.sort(samples);
        return samples;
    }
}
