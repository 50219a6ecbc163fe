package io.splittune.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.core.RandomStreams;
import io.splittune.core.UserException;
import io.splittune.model.ModelConfig;
import io.splittune.model.Tokenizer;
import io.splittune.model.TokenizerOfBytes;
import io.splittune.training.data.TextOptions.LossOn;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens are bytes here, so that every expectation can be read: S and E are start and end. */
class TextDatasetTest {
    private static final int S = TokenizerOfBytes.START;
    private static final int E = TokenizerOfBytes.END;
    private static final int NO = ModelConfig.NO_LABEL;

    private final Tokenizer tokenizer = TokenizerOfBytes.make();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        tokenizer.close();
    }

    @Test
    void aPlainTextIsLearntWhole() throws IOException {
        try (TextDataset data = lines(TextOptions.of(9), "{\"text\": \"abc\"}")) {
            assertThat(data.tokens(0)).containsExactly(S, 'a', 'b', 'c', E);
            assertThat(data.targets(0)).containsExactly('a', 'b', 'c', E, NO);
            assertThat(data.classes()).isEqualTo(1);
            assertThat(data.label(0)).isZero();
            assertThat(data.notes()).isEmpty();
        }
    }

    @Test
    void onlyTheCompletionIsLearntUnlessAllIsWanted() throws IOException {
        String line = "{\"prompt\": \"ab\", \"completion\": \"cd\"}";
        try (TextDataset data = lines(TextOptions.of(9), line);
                TextDataset all = lines(TextOptions.of(9).withLossOn(LossOn.ALL), line)) {
            assertThat(data.tokens(0)).containsExactly(S, 'a', 'b', 'c', 'd', E);
            assertThat(data.targets(0)).containsExactly(NO, NO, 'c', 'd', E, NO);
            assertThat(all.tokens(0)).isEqualTo(data.tokens(0));
            assertThat(all.targets(0)).containsExactly('a', 'b', 'c', 'd', E, NO);
        }
    }

    @Test
    void aLongPromptLosesItsBeginningAndALongTextItsEnd() throws IOException {
        try (TextDataset data = lines(
                TextOptions.of(6),
                "{\"prompt\": \"abcdef\", \"completion\": \"xy\"}",
                "{\"prompt\": \"ab\", \"completion\": \"uvwxyz\"}",
                "{\"text\": \"abcdefgh\"}")) {
            assertThat(data.tokens(0)).containsExactly(S, 'e', 'f', 'x', 'y', E);
            assertThat(data.targets(0)).containsExactly(NO, NO, 'x', 'y', E, NO);
            assertThat(data.tokens(1)).containsExactly(S, 'u', 'v', 'w', 'x', 'y');
            assertThat(data.targets(1)).containsExactly('u', 'v', 'w', 'x', 'y', NO);
            assertThat(data.tokens(2)).containsExactly(S, 'a', 'b', 'c', 'd', 'e');
            assertThat(data.notes())
                    .containsExactly(folder.resolve("data.jsonl")
                            + ": 3 of 3 samples were longer than 6 tokens and have been cut.");
        }
    }

    @Test
    void packedRowsAreFullAndKeepTheirTargets() throws IOException {
        try (TextDataset data = lines(
                TextOptions.of(4).withPacking(true),
                "{\"prompt\": \"a\", \"completion\": \"bc\"}",
                "{\"text\": \"xyz\"}")) {
            assertThat(data.size()).isEqualTo(3);
            assertThat(data.tokens(0)).containsExactly(S, 'a', 'b', 'c');
            assertThat(data.targets(0)).containsExactly(NO, 'b', 'c', NO);
            assertThat(data.tokens(1)).containsExactly(E, S, 'x', 'y');
            assertThat(data.targets(1)).containsExactly(NO, 'x', 'y', NO);
            assertThat(data.tokens(2)).containsExactly('z', E);
            assertThat(data.targets(2)).containsExactly(E, NO);
        }
    }

    @Test
    void rowsWithNothingToLearnAreLeftOutAndCounted() throws IOException {
        try (TextDataset data =
                lines(TextOptions.of(4).withPacking(true), "{\"prompt\": \"abcdefg\", \"completion\": \"xy\"}")) {
            assertThat(data.size()).isEqualTo(1);
            assertThat(data.tokens(0)).containsExactly('x', 'y', E);
            // Two rows are of the prompt alone; the completion's first letter begins a row, so it is given.
            assertThat(data.notes().get(0)).endsWith(": 2 rows had nothing to learn within 4 tokens and are left out.");
        }
    }

    @Test
    void aClassStandsAtTheLastToken() throws IOException {
        TextOptions options =
                new TextOptions(5, false, LossOn.LABEL, Optional.of("kind"), Optional.empty(), Optional.empty());
        try (TextDataset data = lines(
                options,
                "{\"text\": \"ab\", \"kind\": \"pos\"}",
                "{\"text\": \"abcdefg\", \"kind\": \"neg\"}",
                "{\"text\": \"\", \"kind\": \"pos\"}")) {
            assertThat(data.classNames()).containsExactly("neg", "pos");
            assertThat(data.tokens(0)).containsExactly(S, 'a', 'b');
            assertThat(data.targets(0)).containsExactly(NO, NO, 1);
            assertThat(data.tokens(1)).containsExactly(S, 'a', 'b', 'c', 'd');
            assertThat(data.targets(1)).containsExactly(NO, NO, NO, NO, 0);
            assertThat(data.targets(2)).containsExactly(1);
        }
    }

    @Test
    void theTestSetNumbersItsClassesAsTheTrainingSetDoes() throws IOException {
        Path train = write("train.jsonl", "{\"text\":\"a\",\"kind\":10}", "{\"text\":\"a\",\"kind\":9}");
        Path test = write("test.jsonl", "{\"text\":\"a\",\"kind\":10}");
        TextOptions options = labelled("kind");
        try (TextDataset.TrainingAndTest both =
                TextDataset.openPair(DataFormat.JSONL, train, test, tokenizer, options)) {
            // Numbers are sorted as numbers.
            assertThat(both.train().classNames()).containsExactly("9", "10");
            assertThat(both.test().label(0)).isEqualTo(1);
        }
        Path other = write("other.jsonl", "{\"text\":\"a\",\"kind\":9}", "{\"text\":\"a\",\"kind\":\"new\"}");
        refused(
                () -> TextDataset.openPair(DataFormat.JSONL, train, other, tokenizer, options),
                other + ":2: the label \"new\" is unknown; known are 9, 10.");
    }

    @Test
    void onlyTheAssistantsTurnsAreLearnt() throws IOException {
        Path model = Files.createDirectory(folder.resolve("model"));
        TokenizerOfBytes.write(model);
        Files.writeString(
                model.resolve("chat_template.jinja"),
                "{{ bos_token }}{% for m in messages %}{{ '<' if m.role == 'user' else '>' }}{{ m.content }}{{ eos_token"
                        + " }}{% endfor %}{% if add_generation_prompt %}{{ '>' }}{% endif %}");
        Path file = write(
                "chat.jsonl",
                "{\"messages\": [{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\"},"
                        + "{\"role\":\"user\",\"content\":\"c\"},{\"role\":\"assistant\",\"content\":\"de\"}]}");
        try (Tokenizer chat = Tokenizer.open(model);
                TextDataset data = TextDataset.open(DataFormat.JSONL, file, chat, TextOptions.of(20))) {
            assertThat(data.tokens(0)).containsExactly(S, '<', 'a', E, '>', 'b', E, '<', 'c', E, '>', 'd', 'e', E);
            assertThat(data.targets(0)).containsExactly(NO, NO, NO, NO, 'b', E, NO, NO, NO, NO, 'd', 'e', E, NO);
        }
        refused(
                () -> TextDataset.open(DataFormat.JSONL, file, tokenizer, TextOptions.of(20)),
                file + ":1: has \"messages\", but the tokenizer has no chat_template");
    }

    @Test
    void badLinesAreNamedInOneLine() throws IOException {
        refusedLine("{\"text\": ", ":2: is no JSON (");
        refusedLine("[1]", ":2: is no JSON object; each line is {\"text\": ...}");
        refusedLine("{\"txt\": \"a\"}", ":2: has none of the forms");
        refusedLine("{\"text\": \"a\", \"prompt\": \"b\"}", ":2: has more than one of the forms");
        refusedLine("{\"prompt\": \"a\"}", ":2: \"completion\" is missing.");
        refusedLine("{\"text\": 3}", ":2: \"text\" is no text.");
        refusedLine("{\"text\": \"a\"} {\"text\": \"b\"}", ":2: is no JSON (");
        refusedLine("{\"messages\": []}", ":2: \"messages\" is no list of");
        refusedLine("{\"messages\": [{\"role\": \"user\"}]}", ":2: message 1: \"content\" is missing.");
        Path file = write("data.jsonl", "{\"text\": \"a\", \"kind\": [1]}");
        refused(
                () -> TextDataset.open(DataFormat.JSONL, file, tokenizer, labelled("kind")),
                file + ":1: \"kind\" is no single value, but data.labelField names it.");
        refused(
                () -> TextDataset.open(DataFormat.JSONL, file, tokenizer, labelled("label")),
                file + ":1: \"label\" is missing, but data.labelField names it.");
        Files.write(file, new byte[] {'{', '}', '\n', (byte) 0xFF, '\n'});
        refused(() -> open(file), ":1: has none of the forms");
        Files.write(file, new byte[] {'\n', (byte) 0xFF, '\n'});
        refused(() -> open(file), ":2: is not UTF-8 text");
    }

    @Test
    void emptyAndMissingFilesAreNamed() throws IOException {
        Path empty = write("empty.jsonl", "", " ");
        refused(() -> open(empty), empty + ": is empty");
        refused(() -> open(folder.resolve("none")), "none: no such file or folder");
        Path other = Files.createDirectory(folder.resolve("other"));
        refused(() -> open(other), other + ": holds no *.jsonl file");
        Path nothing = write("nothing.jsonl", "{\"prompt\": \"ab\", \"completion\": \"\"}");
        try (TextDataset end = open(nothing)) {
            assertThat(end.targets(0)).as("an empty answer is an end").containsExactly(NO, NO, E, NO);
        }
        Path text = folder.resolve("empty.txt");
        Files.write(text, new byte[0]);
        refused(() -> TextDataset.open(DataFormat.TEXT, text, tokenizer, TextOptions.of(9)), text + ": is empty");
        Files.write(text, new byte[] {'a', (byte) 0xC3});
        refused(
                () -> TextDataset.open(DataFormat.TEXT, text, tokenizer, TextOptions.of(9)),
                text + ": is not UTF-8 text");
        refused(
                () -> TextDataset.open(DataFormat.TEXT, text, tokenizer, labelled("kind")),
                "plain text has no fields for labels or devices");
    }

    @Test
    void aPlainFileIsOneStreamInWindows() throws IOException {
        Path file = folder.resolve("a.txt");
        Files.writeString(file, "\uFEFFabcdef\n");
        try (TextDataset data = TextDataset.open(DataFormat.TEXT, file, tokenizer, TextOptions.of(4))) {
            assertThat(data.size()).isEqualTo(2);
            assertThat(data.tokens(0)).containsExactly(S, 'a', 'b', 'c');
            assertThat(data.targets(0)).containsExactly('a', 'b', 'c', NO);
            assertThat(data.tokens(1)).containsExactly('d', 'e', 'f', '\n');
            // The end alone has no target.
            assertThat(data.notes().get(0)).contains(": 1 ");
        }
    }

    @Test
    void foldersAreReadInTheOrderOfTheirNamesAndMayBeCompressed() throws IOException {
        Path parts = Files.createDirectory(folder.resolve("parts"));
        Files.writeString(parts.resolve("b.jsonl"), "{\"text\": \"b\"}\r\n\r\n{\"text\": \"c\"}");
        Files.writeString(parts.resolve("notes.md"), "not read");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(parts.resolve("a.jsonl.gz")))) {
            out.write("{\"text\": \"a\"}\n".getBytes(StandardCharsets.UTF_8));
        }
        try (TextDataset data = open(parts)) {
            assertThat(data.size()).isEqualTo(3);
            assertThat(data.tokens(0)[1]).isEqualTo('a');
            assertThat(data.tokens(2)[1]).isEqualTo('c');
            assertThat(data.files().orElseThrow().names()).containsExactly("a.jsonl.gz", "b.jsonl");
            Partition partition = new Partitioner.ByFile().partition(data, 2, new RandomStreams(1));
            assertThat(partition.indices(0)).containsExactly(0);
            assertThat(partition.indices(1)).containsExactly(1, 2);
            refused(
                    () -> new Partitioner.ByFile().partition(data, 3, new RandomStreams(1)),
                    "data.partition: the data has 2 files, but there are 3 devices; set devices.count to 2");
            refused(
                    () -> new Partitioner.ByKey().partition(data, 2, new RandomStreams(1)),
                    "data.partition: by key needs data.deviceField");
        }
    }

    @Test
    void devicesCanBeNamedByAField() throws IOException {
        TextOptions options =
                new TextOptions(8, true, LossOn.COMPLETION, Optional.empty(), Optional.of("owner"), Optional.empty());
        try (TextDataset data = lines(
                options,
                "{\"text\": \"aa\", \"owner\": 10}",
                "{\"text\": \"bb\", \"owner\": 9}",
                "{\"text\": \"cc\", \"owner\": 10}")) {
            assertThat(data.keys().orElseThrow().names()).containsExactly("9", "10");
            Partition partition = new Partitioner.ByKey().partition(data, 2, new RandomStreams(1));
            // Packing mixes no devices: one row each.
            assertThat(data.tokens(partition.indices(0)[0])).containsExactly(S, 'b', 'b', E);
            assertThat(data.tokens(partition.indices(1)[0])).containsExactly(S, 'a', 'a', E, S, 'c', 'c', E);
            refused(
                    () -> new Partitioner.ByKey().partition(data, 4, new RandomStreams(1)),
                    "data.partition: the data has 2 values of the device field, but there are 4 devices");
        }
    }

    @Test
    void labelsServeThePartitionWithoutBeingLearnt() throws IOException {
        String[] lines = new String[40];
        Arrays.setAll(lines, i -> "{\"text\": \"abc\", \"kind\": \"" + (i % 2 == 0 ? "x" : "y") + "\"}");
        try (TextDataset data = lines(labelled("kind"), lines)) {
            assertThat(data.classes()).isEqualTo(2);
            assertThat(data.targets(0)).containsExactly('a', 'b', 'c', E, NO);
            Partition partition = new Partitioner.Dirichlet(0.5).partition(data, 3, new RandomStreams(1));
            assertThat(partition.classCounts(0)[0]
                            + partition.classCounts(1)[0]
                            + partition.classCounts(2)[0])
                    .isEqualTo(20);
        }
    }

    @Test
    void narrowedSetsKeepLabelsFilesAndTexts() throws IOException {
        String[] lines = new String[30];
        Arrays.setAll(lines, i -> "{\"text\": \"" + (char) ('a' + i) + "\", \"kind\": " + i % 3 + "}");
        try (TextDataset data = lines(labelled("kind"), lines)) {
            TextDataset some = data.limited(10, new RandomStreams(4));
            assertThat(some.size()).isEqualTo(10);
            TextDataset chosen = data.withClasses(2, 0);
            assertThat(chosen.size()).isEqualTo(20);
            assertThat(chosen.classNames()).containsExactly("2", "0");
            for (TextDataset narrowed : List.of(some, chosen)) {
                for (int i = 0; i < narrowed.size(); i++) {
                    int letter = narrowed.tokens(i)[1] - 'a';
                    assertThat(narrowed.className(narrowed.label(i))).isEqualTo(Integer.toString(letter % 3));
                    assertThat(narrowed.files().orElseThrow().group(i)).isZero();
                }
            }
            assertThat(data.limited(30, new RandomStreams(4))).isSameAs(data);
            refused(() -> data.withClasses(3), "data.classes: 3 does not exist");
        }
    }

    @Test
    void optionsThatContradictEachOtherAreRefused() {
        assertThatThrownBy(() -> TextOptions.of(8).withLossOn(LossOn.LABEL)).hasMessageContaining("labelField");
        assertThatThrownBy(() ->
                        new TextOptions(8, true, LossOn.LABEL, Optional.of("a"), Optional.empty(), Optional.empty()))
                .hasMessageContaining("packed");
        assertThatThrownBy(() -> TextOptions.of(1)).hasMessageContaining("maxTokens");
    }

    private static TextOptions labelled(String field) {
        return new TextOptions(20, false, LossOn.COMPLETION, Optional.of(field), Optional.empty(), Optional.empty());
    }

    private TextDataset lines(TextOptions options, String... lines) throws IOException {
        return TextDataset.open(DataFormat.JSONL, write("data.jsonl", lines), tokenizer, options);
    }

    private TextDataset open(Path path) {
        return TextDataset.open(DataFormat.JSONL, path, tokenizer, TextOptions.of(9));
    }

    private Path write(String name, String... lines) throws IOException {
        return Files.writeString(folder.resolve(name), String.join("\n", lines));
    }

    private void refusedLine(String line, String message) throws IOException {
        Path file = write("data.jsonl", "{\"text\": \"good\"}", line);
        refused(() -> open(file), file + message);
    }

    private static void refused(ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOf(UserException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }
}
