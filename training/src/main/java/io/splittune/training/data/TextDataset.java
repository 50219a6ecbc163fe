package io.splittune.training.data;

import io.splittune.core.Check;
import io.splittune.core.RandomStreams;
import io.splittune.model.ModelConfig;
import io.splittune.model.Tokenizer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tokenised texts by index, with what the loss counts of each. The texts are read once, when the set is opened; few
 * tokens stay in memory, many in a temporary file. Thread-safe; reading after {@link #close()} throws
 * {@link IllegalStateException} where a file is involved.
 */
public final class TextDataset implements LabelledSamples, AutoCloseable {
    private final TokenStore store;
    private final int[] rows;
    private final List<String> classNames;
    private final int[] labels;
    private final Groups groups;
    private final boolean classifies;
    private final int padding;
    private final List<String> notes;

    /** What the partition can go by besides labels. */
    record Groups(@Nullable SampleGroups files, @Nullable SampleGroups keys) {
        Groups of(int[] samples) {
            return new Groups(files == null ? null : files.of(samples), keys == null ? null : keys.of(samples));
        }
    }

    /** Takes over what a builder has collected. */
    TextDataset(
            TokenStore store,
            List<String> classNames,
            int[] labels,
            Groups groups,
            boolean classifies,
            int padding,
            List<String> notes) {
        this(store, all(labels.length), classNames, labels, groups, classifies, padding, notes);
    }

    private TextDataset(
            TokenStore store,
            int[] rows,
            List<String> classNames,
            int[] labels,
            Groups groups,
            boolean classifies,
            int padding,
            List<String> notes) {
        this.store = store;
        this.rows = rows;
        this.classNames = List.copyOf(classNames);
        this.labels = labels;
        this.groups = groups;
        this.classifies = classifies;
        this.padding = padding;
        this.notes = List.copyOf(notes);
    }

    /**
     * Reads and tokenises texts.
     *
     * @param format {@link DataFormat#JSONL} or {@link DataFormat#TEXT}
     * @param path a file, or a folder whose {@code *.jsonl} or {@code *.txt} (also {@code .gz}) are read in the order of
     *     their names
     * @param tokenizer of the model; not kept
     * @param options how texts become samples
     * @return to be closed by the caller
     * @throws io.splittune.core.UserException for missing, empty or damaged files, with file and line
     */
    public static TextDataset open(DataFormat format, Path path, Tokenizer tokenizer, TextOptions options) {
        return TextReading.open(format, path, tokenizer, options);
    }

    /**
     * Reads training and test texts; the test set numbers its classes as the training set does.
     *
     * @throws io.splittune.core.UserException as {@link #open} does, also for a class that only the test set has
     */
    public static TrainingAndTest openPair(
            DataFormat format, Path train, Path test, Tokenizer tokenizer, TextOptions options) {
        TextDataset first = open(format, train, tokenizer, options);
        try {
            TextOptions same = options.labelField().isPresent() ? options.withLabels(first.classNames) : options;
            return new TrainingAndTest(first, open(format, test, tokenizer, same));
        } catch (RuntimeException e) {
            first.close();
            throw e;
        }
    }

    /**
     * Makes one of the built-in text sets; always the same texts, whatever the seed of a run. The classes are the kinds
     * of text.
     *
     * @param format {@link DataFormat#TALES_SOURCE} or {@link DataFormat#MENUS}
     * @param split training and test texts come from different streams
     * @param samples number of texts, positive; the first ones of a larger set are those of a smaller one
     * @param tokenizer of the model; not kept
     * @param options how texts become samples; its fields are not used
     */
    public static TextDataset builtin(
            DataFormat format, Split split, int samples, Tokenizer tokenizer, TextOptions options) {
        return TextReading.builtin(format, split, samples, tokenizer, options);
    }

    /** Training and test texts with the same classes; closing closes both. */
    public record TrainingAndTest(TextDataset train, TextDataset test) implements AutoCloseable {
        @Override
        public void close() {
            try {
                train.close();
            } finally {
                test.close();
            }
        }
    }

    @Override
    public int size() {
        return rows.length;
    }

    @Override
    public int classes() {
        return classNames.size();
    }

    @Override
    public String className(int label) {
        return classNames.get(label);
    }

    /** Returns the names of the classes in order. */
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public int label(int index) {
        return labels[index];
    }

    @Override
    public Optional<SampleGroups> files() {
        return Optional.ofNullable(groups.files);
    }

    @Override
    public Optional<SampleGroups> keys() {
        return Optional.ofNullable(groups.keys);
    }

    /** Returns whether the loss counts a class at each text's last token, and no words. */
    public boolean classifies() {
        return classifies;
    }

    /** Returns a valid token for filling up rows. */
    public int padding() {
        return padding;
    }

    /** Returns what a person should know of the reading, one line each: samples cut or left out. */
    public List<String> notes() {
        return notes;
    }

    /** Returns the tokens of a sample on average. */
    public double meanTokens() {
        return Arrays.stream(rows).mapToLong(store::length).average().orElseThrow();
    }

    /** Returns a new array with the tokens of a sample, at least one. */
    public int[] tokens(int index) {
        int[] row = store.row(rows[index]);
        Arrays.setAll(row, i -> row[i] < 0 ? ~row[i] : row[i]);
        return row;
    }

    /**
     * Returns a new array with what the model is to give at each token of a sample: the next token where the loss counts
     * it, else {@link ModelConfig#NO_LABEL}; for a classifier the class at the last token.
     */
    public int[] targets(int index) {
        int[] row = store.row(rows[index]);
        int last = row.length - 1;
        for (int i = 0; i < last; i++) {
            row[i] = !classifies && row[i + 1] < 0 ? ~row[i + 1] : ModelConfig.NO_LABEL;
        }
        row[last] = classifies ? labels[index] : ModelConfig.NO_LABEL;
        return row;
    }

    /**
     * Keeps a random sample of the given size, in the order of this set; all when it is not larger.
     *
     * @param limit positive
     * @param streams the stream {@code DATA} is drawn from
     * @return closing it closes this set
     */
    public TextDataset limited(int limit, RandomStreams streams) {
        Check.positive(limit, "limit");
        if (limit >= size()) {
            return this;
        }
        int[] samples = Subsets.limited(this, limit, streams);
        return chosen(samples, all(classes()), classNames);
    }

    /**
     * Keeps some classes and relabels them in the given order; names stay.
     *
     * @param classes labels of this set, at least one, none twice
     * @return closing it closes this set
     * @throws io.splittune.core.UserException if a class does not exist, is named twice, or nothing is left
     */
    public TextDataset withClasses(int... classes) {
        int[] newLabels = Subsets.newLabels(this, classes);
        int[] samples = Subsets.ofClasses(this, newLabels, classes);
        return chosen(
                samples,
                newLabels,
                Arrays.stream(classes).mapToObj(classNames::get).toList());
    }

    private TextDataset chosen(int[] samples, int[] newLabels, List<String> names) {
        int[] chosenRows = Arrays.stream(samples).map(i -> rows[i]).toArray();
        int[] chosenLabels =
                Arrays.stream(samples).map(i -> newLabels[labels[i]]).toArray();
        return new TextDataset(store, chosenRows, names, chosenLabels, groups.of(samples), classifies, padding, notes);
    }

    private static int[] all(int size) {
        int[] all = new int[size];
        Arrays.setAll(all, i -> i);
        return all;
    }

    /** Returns whether the tokens lie in a temporary file. */
    boolean isSpilled() {
        return store.isFile();
    }

    @Override
    public void close() {
        store.close();
    }

    @Override
    public String toString() {
        return size() + " texts";
    }
}
