package io.splittune.training.data;

import java.util.Arrays;

/** The labels of a data set, two bytes each. Immutable once built. */
final class Labels {
    /** One more than the largest label that fits. */
    static final int MOST_CLASSES = Character.MAX_VALUE + 1;

    private final char[] values;

    private Labels(char[] values) {
        this.values = values;
    }

    int size() {
        return values.length;
    }

    int get(int index) {
        return values[index];
    }

    /** Returns one more than the largest label. */
    int classes() {
        int highest = -1;
        for (char value : values) {
            highest = Math.max(highest, value);
        }
        return highest + 1;
    }

    /** Collects labels in order. */
    static final class Builder {
        private char[] values = new char[1024];
        private int size;

        void add(int label) {
            if (size == values.length) {
                values = Arrays.copyOf(values, Math.multiplyExact(size, 2));
            }
            values[size++] = (char) label;
        }

        Labels build() {
            return new Labels(Arrays.copyOf(values, size));
        }
    }
}
