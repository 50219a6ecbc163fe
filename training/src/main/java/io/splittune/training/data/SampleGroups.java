package io.splittune.training.data;

import io.splittune.core.Check;
import java.util.List;

/** A division of a data set's samples into named groups. Immutable. */
public final class SampleGroups {
    private final List<String> names;
    private final int[] groups;

    /**
     * Takes over the array.
     *
     * @param names of the groups in order
     * @param groups each sample's group, in {@code [0, names.size())}
     */
    SampleGroups(List<String> names, int[] groups) {
        this.names = List.copyOf(names);
        this.groups = groups;
        for (int group : groups) {
            Check.inRange(group, 0, names.size() - 1, "group of a sample");
        }
    }

    /** Returns the names in order. */
    public List<String> names() {
        return names;
    }

    /** Returns the group of a sample. */
    public int group(int sample) {
        return groups[sample];
    }

    /** Returns the same groups for some of the samples. */
    SampleGroups of(int[] samples) {
        int[] chosen = new int[samples.length];
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = groups[samples[i]];
        }
        return new SampleGroups(names, chosen);
    }
}
