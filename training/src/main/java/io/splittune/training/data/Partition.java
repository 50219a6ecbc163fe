package io.splittune.training.data;

import io.splittune.core.Check;
import io.splittune.core.UserException;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Which samples each device holds: every sample at exactly one device, each device with at least one. Immutable. */
public final class Partition {
    private static final int MOST_COLUMNS = 12;
    private static final int MOST_NAME_CHARACTERS = 14;
    private static final int LARGEST_SHOWN = 4;

    private final int[][] indices;
    private final int[][] classCounts;

    /**
     * Checks and copies an assignment.
     *
     * @param indices per device, the indices of its samples in any order
     * @param labels the label of every sample
     * @param classes number of classes
     * @throws UserException if a device has no sample
     * @throws IllegalArgumentException if a sample is missing or is there twice
     */
    Partition(int[][] indices, int[] labels, int classes) {
        this.indices = new int[indices.length][];
        this.classCounts = new int[indices.length][classes];
        boolean[] seen = new boolean[labels.length];
        int total = 0;
        for (int device = 0; device < indices.length; device++) {
            if (indices[device].length == 0) {
                throw new UserException("data.partition: device " + device + " of " + indices.length + " gets none of "
                        + labels.length + " samples; use fewer devices or more samples.");
            }
            for (int sample : indices[device]) {
                Check.require(!seen[sample], "Sample %s is assigned twice.", sample);
                seen[sample] = true;
                classCounts[device][labels[sample]]++;
            }
            total += indices[device].length;
            this.indices[device] = indices[device].clone();
        }
        Check.require(total == labels.length, "%s of %s samples are assigned.", total, labels.length);
    }

    /** Returns the number of devices. */
    public int devices() {
        return indices.length;
    }

    /** Returns a copy of one device's sample indices, ascending. */
    public int[] indices(int device) {
        return indices[device].clone();
    }

    /** Returns the number of samples of one device. */
    public int samples(int device) {
        return indices[device].length;
    }

    /** Returns a copy of the number of samples per class at one device. */
    public int[] classCounts(int device) {
        return classCounts[device].clone();
    }

    /**
     * Returns a table for people: a row per device with its number of samples of each class.
     *
     * @param className name of a class
     * @return lines without a line break at the end; with more than 12 classes, a row per device with
     *     the number of classes and the largest of them
     */
    public String table(IntFunction<String> className) {
        int classes = classCounts[0].length;
        return classes <= MOST_COLUMNS ? fullTable(classes, className) : shortTable(className);
    }

    private String fullTable(int classes, IntFunction<String> className) {
        int width = IntStream.range(0, classes)
                .map(label ->
                        Math.min(MOST_NAME_CHARACTERS, className.apply(label).length()))
                .max()
                .orElse(0);
        int column = Math.max(width, Integer.toString(largestCount()).length()) + 1;
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "%-6s %7s", "device", "samples"));
        for (int label = 0; label < classes; label++) {
            String name = className.apply(label);
            String fitting = name.substring(0, Math.min(MOST_NAME_CHARACTERS, name.length()));
            text.append(" ".repeat(column - fitting.length())).append(fitting);
        }
        for (int device = 0; device < devices(); device++) {
            text.append(String.format(Locale.ROOT, "\n%6d %7d", device, samples(device)));
            for (int count : classCounts[device]) {
                text.append(String.format(Locale.ROOT, "%" + column + "d", count));
            }
        }
        return text.toString();
    }

    private String shortTable(IntFunction<String> className) {
        StringBuilder text = new StringBuilder("device samples classes  largest");
        for (int device = 0; device < devices(); device++) {
            int[] counts = classCounts[device];
            String largest = IntStream.range(0, counts.length)
                    .filter(label -> counts[label] > 0)
                    .boxed()
                    .sorted((a, b) -> counts[b] - counts[a])
                    .limit(LARGEST_SHOWN)
                    .map(label -> className.apply(label) + " " + counts[label])
                    .collect(Collectors.joining(", "));
            long present = Arrays.stream(counts).filter(count -> count > 0).count();
            text.append(String.format(Locale.ROOT, "\n%6d %7d %7d  %s", device, samples(device), present, largest));
        }
        return text.toString();
    }

    private int largestCount() {
        return Arrays.stream(classCounts).flatMapToInt(Arrays::stream).max().orElse(0);
    }
}
