package io.splittune.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.core.RandomStreams;
import io.splittune.model.ModelConfig;
import io.splittune.model.Tokenizer;
import io.splittune.model.TokenizerOfBytes;
import io.splittune.testkit.Property;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Long texts, many rows, and what packing keeps. */
class TextStreamTest {
    private static final Path TOKENIZERS = Path.of("../model/src/test/resources/golden-text");

    @TempDir
    Path folder;

    @Test
    void piecesOfALongTextGiveTheTokensOfTheWhole() throws IOException {
        List<String> words = List.of("river", "mill,", "the", "boat.\n\nA", "runs", "don't", "27  and", "Zoë");
        String text = "The "
                + IntStream.range(0, 40_000)
                        .mapToObj(i -> words.get((i * 7 + i / 5) % words.size()))
                        .collect(Collectors.joining(" "));
        for (String name : List.of("byte-level", "byte-fallback", "bytes")) {
            try (Tokenizer tokenizer = tokenizer(name)) {
                List<String> pieces = pieces(text, tokenizer);
                assertThat(pieces).hasSizeGreaterThan(3).allMatch(piece -> piece.length() <= TextPieces.MOST);
                int[] joined = pieces.stream()
                        .flatMapToInt(piece -> Arrays.stream(tokenizer.encode(piece, false)))
                        .toArray();
                assertThat(joined).as(name).isEqualTo(tokenizer.encode(text, false));
            }
        }
    }

    @Test
    void aTextWithoutSpacesIsCutBetweenCharacters() throws IOException {
        String text = "a" + "\uD83D\uDE00".repeat(TextPieces.MOST);
        try (Tokenizer tokenizer = TokenizerOfBytes.make()) {
            List<String> pieces = pieces(text, tokenizer);
            assertThat(String.join("", pieces)).isEqualTo(text);
            assertThat(pieces).allMatch(piece -> !Character.isHighSurrogate(piece.charAt(piece.length() - 1)));
        }
    }

    @Test
    void noMoreOfAFileIsReadThanThePieceNeeds() throws IOException {
        // A terabyte, were it read to its end.
        long[] given = new long[1];
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                given[0]++;
                return given[0] % 7 == 0 ? ' ' : 'a';
            }

            @Override
            public int read(byte[] target, int offset, int count) {
                for (int i = 0; i < count; i++) {
                    target[offset + i] = (byte) read();
                }
                return count;
            }
        };
        try (Tokenizer tokenizer = TokenizerOfBytes.make();
                TextPieces pieces = new TextPieces(endless, tokenizer)) {
            for (int i = 1; i <= 3; i++) {
                assertThat(pieces.next()).isPresent();
                assertThat(given[0]).isLessThan((i + 1L) * TextPieces.MOST);
            }
        }
    }

    @Test
    void manyRowsGoToAFileThatIsGoneOnClose() {
        int[] values = IntStream.range(0, 1000).toArray();
        TokenStore store;
        try (TokenStore.Builder builder = new TokenStore.Builder(500)) {
            builder.add(values, 0, 100);
            builder.add(values, 100, 450);
            builder.add(values, 450, 1000);
            builder.add(values, 7, 9);
            store = builder.build();
        }
        assertThat(store.isFile()).isTrue();
        assertThat(store.rows()).isEqualTo(4);
        assertThat(store.row(0)).isEqualTo(Arrays.copyOfRange(values, 0, 100));
        assertThat(store.row(2)).isEqualTo(Arrays.copyOfRange(values, 450, 1000));
        assertThat(store.row(3)).containsExactly(7, 8);
        assertThatThrownBy(() -> store.row(4)).isInstanceOf(IndexOutOfBoundsException.class);
        store.close();
        assertThatThrownBy(() -> store.row(0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anUnfinishedStoreLeavesNoFile() throws IOException {
        List<Path> before = temporary();
        try (TokenStore.Builder builder = new TokenStore.Builder(1)) {
            builder.add(new int[] {1, 2, 3}, 0, 3);
            assertThat(temporary()).hasSizeGreaterThan(before.size());
        }
        assertThat(temporary()).hasSameSizeAs(before);
    }

    @Test
    void aSetInAFileIsTheSameAsOneInMemory() {
        TextOptions options = TextOptions.of(32);
        try (Tokenizer tokenizer = TokenizerOfBytes.make();
                TextSetBuilder small = new TextSetBuilder(options, tokenizer, 50);
                TextSetBuilder large = new TextSetBuilder(options, tokenizer)) {
            BuiltinTexts texts = BuiltinTexts.of(DataFormat.MENUS);
            for (int i = 0; i < 20; i++) {
                small.add(texts.sample(Split.TRAIN, i), 0, "here");
                large.add(texts.sample(Split.TRAIN, i), 0, "here");
            }
            try (TextDataset inFile = small.build("here", List.of());
                    TextDataset inMemory = large.build("here", List.of())) {
                assertThat(inFile.isSpilled()).isTrue();
                assertThat(inMemory.isSpilled()).isFalse();
                for (int i = 0; i < inMemory.size(); i++) {
                    assertThat(inFile.tokens(i)).isEqualTo(inMemory.tokens(i));
                    assertThat(inFile.targets(i)).isEqualTo(inMemory.targets(i));
                }
            }
        }
    }

    @Test
    void packingLosesNothingAndTargetsAreTheNextTokens() {
        try (Tokenizer tokenizer = TokenizerOfBytes.make()) {
            Property.forAll(100, random -> {
                TextOptions packed = TextOptions.of(2 + random.nextInt(12)).withPacking(true);
                List<Integer> expected = new ArrayList<>();
                try (TextSetBuilder builder = new TextSetBuilder(packed, tokenizer)) {
                    int samples = 1 + random.nextInt(8);
                    for (int i = 0; i < samples; i++) {
                        String text = "abcdefghij".substring(0, 1 + random.nextInt(10));
                        builder.add(
                                new TextSample(new TextSample.Content.Plain(text), Optional.empty(), Optional.empty()),
                                0,
                                "here");
                        expected.add(TokenizerOfBytes.START);
                        text.chars().forEach(expected::add);
                        expected.add(TokenizerOfBytes.END);
                    }
                    try (TextDataset data = builder.build("here", List.of())) {
                        List<Integer> tokens = new ArrayList<>();
                        for (int row = 0; row < data.size(); row++) {
                            check(data, row, packed.maxTokens());
                            Arrays.stream(data.tokens(row)).forEach(tokens::add);
                        }
                        // A row without a target can only be one token or begin a text at its second.
                        int left = expected.size() - tokens.size();
                        assertThat(left).isBetween(0, packed.maxTokens() == 2 ? expected.size() / 2 : 1);
                        if (left == 0) {
                            assertThat(tokens).isEqualTo(expected);
                        }
                    }
                }
            });
        }
    }

    private static void check(TextDataset data, int row, int most) {
        int[] tokens = data.tokens(row);
        int[] targets = data.targets(row);
        assertThat(tokens).hasSize(row < data.size() - 1 ? most : Math.min(most, tokens.length));
        for (int i = 0; i < tokens.length; i++) {
            boolean given = i == tokens.length - 1 || tokens[i + 1] == TokenizerOfBytes.START;
            assertThat(targets[i]).isEqualTo(given ? ModelConfig.NO_LABEL : tokens[i + 1]);
        }
    }

    @Test
    void batchesFillUpOnTheRightAndRepeatExactly() throws IOException {
        Path file = folder.resolve("data.jsonl");
        Files.writeString(file, "{\"text\":\"a\"}\n{\"text\":\"bcd\"}\n{\"text\":\"ef\"}\n");
        try (Tokenizer tokenizer = TokenizerOfBytes.make();
                TextDataset data = TextDataset.open(DataFormat.JSONL, file, tokenizer, TextOptions.of(9))) {
            TokenBatches batches = new TokenBatches(data, new RandomStreams(1));
            BatchSource pass = batches.evaluation(2);
            assertThat(pass.batches()).isEqualTo(2);
            TokenBatch first = (TokenBatch) pass.next();
            int end = TokenizerOfBytes.END;
            int start = TokenizerOfBytes.START;
            int no = ModelConfig.NO_LABEL;
            assertThat(first.lengths()).containsExactly(3, 5);
            assertThat(first.tokens()).containsExactly(start, 'a', end, end, end, start, 'b', 'c', 'd', end);
            assertThat(first.labels()).containsExactly('a', end, no, no, no, 'b', 'c', 'd', end, no);
            assertThat(((TokenBatch) pass.next()).lengths()).containsExactly(4);
            assertThat(pass.hasNext()).isFalse();
            assertThat(order(batches, 0)).isEqualTo(order(batches, 0)).hasSize(20);
            assertThat(order(batches, 0)).isNotEqualTo(order(batches, 1));
        }
    }

    private static List<Integer> order(TokenBatches batches, int round) {
        List<Integer> order = new ArrayList<>();
        for (int epoch = 0; epoch < 20; epoch++) {
            BatchSource pass = batches.training(0, new int[] {0, 1, 2}, 1, round, epoch);
            order.add(((TokenBatch) pass.next()).lengths()[0]);
        }
        return order;
    }

    private static List<String> pieces(String text, Tokenizer tokenizer) throws IOException {
        List<String> pieces = new ArrayList<>();
        try (TextPieces read =
                new TextPieces(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), tokenizer)) {
            for (Optional<String> piece = read.next(); piece.isPresent(); piece = read.next()) {
                pieces.add(piece.get());
            }
        }
        return pieces;
    }

    private Tokenizer tokenizer(String name) throws IOException {
        Path model = Files.createDirectory(folder.resolve(name));
        Files.copy(TOKENIZERS.resolve(name + ".tokenizer.json"), model.resolve("tokenizer.json"));
        Files.copy(TOKENIZERS.resolve(name + ".tokenizer_config.json"), model.resolve("tokenizer_config.json"));
        return Tokenizer.open(model);
    }

    private static List<Path> temporary() throws IOException {
        try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.toString().endsWith(".tokens")).toList();
        }
    }
}
