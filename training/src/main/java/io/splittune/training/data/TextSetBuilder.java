package io.splittune.training.data;

import io.splittune.core.UserException;
import io.splittune.model.Tokenizer;
import io.splittune.training.data.TextOptions.LossOn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Collects the rows of a text set: cuts, packs, numbers labels and devices. To be closed unless built. */
final class TextSetBuilder implements AutoCloseable {
    private final TextOptions options;
    private final TextEncoder encoder;
    private final int padding;
    private final TokenStore.Builder store;
    private final Map<Origin, RowCutter> open = new LinkedHashMap<>();
    private final NameIndex labels = new NameIndex();
    private final NameIndex keys = new NameIndex();
    private final IntList rowLabels = new IntList();
    private final IntList rowKeys = new IntList();
    private final IntList rowFiles = new IntList();
    private long samples;
    private long cut;
    private long withoutTarget;

    /** What the partition can tell apart, so that a row mixes none of it. */
    private record Origin(int file, int label, int key) {}

    TextSetBuilder(TextOptions options, Tokenizer tokenizer) {
        this(options, tokenizer, TokenStore.MOST_IN_MEMORY);
    }

    TextSetBuilder(TextOptions options, Tokenizer tokenizer, int mostInMemory) {
        this.options = options;
        this.encoder = new TextEncoder(tokenizer, options.lossOn());
        this.padding = tokenizer.end().orElse(0);
        this.store = new TokenStore.Builder(mostInMemory);
        options.labels().ifPresent(known -> known.forEach(labels::of));
    }

    /**
     * Adds a sample.
     *
     * @param file its file's number
     * @param place names it in messages
     */
    void add(TextSample sample, int file, String place) {
        Origin origin = new Origin(
                file, label(sample, place), sample.key().map(keys::of).orElse(0));
        TextEncoder.Encoded encoded = encoder.encode(sample.content(), place);
        samples++;
        if (options.packing()) {
            open.computeIfAbsent(origin, RowCutter::new).add(encoded.tokens());
            return;
        }
        cut += encoded.tokens().length > options.maxTokens() ? 1 : 0;
        int[] row = encoder.cut(encoded, options.maxTokens());
        emit(row, row.length, origin);
    }

    /** Adds a part of a file that is one stream of tokens. */
    void addToStream(int[] tokens, int file) {
        open.computeIfAbsent(new Origin(file, 0, 0), RowCutter::new).add(tokens);
    }

    /** Ends the rows that are not full, as nothing more comes of a file. */
    void endFile() {
        open.values().forEach(RowCutter::end);
        open.clear();
    }

    private int label(TextSample sample, String place) {
        if (sample.label().isEmpty()) {
            return 0;
        }
        String name = sample.label().get();
        if (options.labels().isPresent() && !labels.contains(name)) {
            throw new UserException(place + ": the label \"" + name + "\" is unknown; known are "
                    + String.join(", ", options.labels().get()) + ".");
        }
        int label = labels.of(name);
        if (label >= Labels.MOST_CLASSES) {
            throw new UserException(place + ": the label field has more than " + Labels.MOST_CLASSES
                    + " different values; is it a class?");
        }
        return label;
    }

    private void emit(int[] row, int length, Origin origin) {
        boolean target = options.lossOn() == LossOn.LABEL
                ? length > 0
                : IntStream.range(1, length).anyMatch(i -> row[i] < 0);
        if (!target) {
            withoutTarget++;
            return;
        }
        store.add(row, 0, length);
        rowLabels.add(origin.label);
        rowKeys.add(origin.key);
        rowFiles.add(origin.file);
    }

    /**
     * Ends the set.
     *
     * @param origin names it in messages
     * @param files names of the files, or none
     */
    TextDataset build(String origin, List<String> files) {
        endFile();
        if (store.rows() == 0) {
            throw new UserException(origin + ": holds no text to learn from"
                    + (samples > 0 ? " within " + options.maxTokens() + " tokens" : "") + ".");
        }
        boolean sorts = options.labels().isEmpty();
        List<String> names = sorts ? labels.sorted() : labels.names();
        int[] order = sorts ? labels.ranks() : IntStream.range(0, labels.size()).toArray();
        return new TextDataset(
                store.build(),
                names.isEmpty() ? List.of("text") : names,
                names.isEmpty() ? rowLabels.toArray() : mapped(rowLabels, order),
                new TextDataset.Groups(
                        files.isEmpty() ? null : new SampleGroups(files, rowFiles.toArray()),
                        keys.size() == 0 ? null : new SampleGroups(keys.sorted(), mapped(rowKeys, keys.ranks()))),
                options.lossOn() == LossOn.LABEL,
                padding,
                notes(origin));
    }

    private List<String> notes(String origin) {
        List<String> notes = new ArrayList<>();
        if (cut > 0) {
            notes.add(origin + ": " + cut + " of " + samples + " samples were longer than " + options.maxTokens()
                    + " tokens and have been cut.");
        }
        if (withoutTarget > 0) {
            notes.add(origin + ": " + withoutTarget + (options.packing() ? " rows" : " of " + samples + " samples")
                    + " had nothing to learn within " + options.maxTokens() + " tokens and are left out.");
        }
        return notes;
    }

    private static int[] mapped(IntList values, int[] order) {
        int[] mapped = values.toArray();
        Arrays.setAll(mapped, i -> order[mapped[i]]);
        return mapped;
    }

    @Override
    public void close() {
        store.close();
    }

    /** Cuts a stream of tokens into rows. */
    private final class RowCutter {
        private final int[] row = new int[options.maxTokens()];
        private final Origin origin;
        private int filled;

        RowCutter(Origin origin) {
            this.origin = origin;
        }

        void add(int[] tokens) {
            int taken = 0;
            while (taken < tokens.length) {
                int count = Math.min(row.length - filled, tokens.length - taken);
                System.arraycopy(tokens, taken, row, filled, count);
                filled += count;
                taken += count;
                if (filled == row.length) {
                    end();
                }
            }
        }

        void end() {
            if (filled > 0) {
                emit(row, filled, origin);
                filled = 0;
            }
        }
    }

    /** A growing list of numbers. */
    private static final class IntList {
        private int[] values = new int[64];
        private int size;

        void add(int value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, Math.multiplyExact(size, 2));
            }
            values[size++] = value;
        }

        int[] toArray() {
            return Arrays.copyOf(values, size);
        }
    }
}
