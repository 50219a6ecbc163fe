package io.splittune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.splittune.core.UserException;
import io.splittune.testkit.Property;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Golden texts and numbers come from the Python tokenizers, see tools/golden/tokenizers_and_templates.py. */
class TokenizerTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden-text");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"byte-level", "byte-fallback", "unigram", "bytes"})
    void encodesAndDecodesAsPythonDoes(String name) throws IOException {
        JsonNode golden = json(name + ".golden.json");
        try (Tokenizer tokenizer = open(name)) {
            assertThat(tokenizer.vocabulary()).isEqualTo(golden.get("size").intValue());
            assertThat(tokenizer.end()).hasValue(golden.get("end").intValue());
            assertThat(tokenizer.start().isPresent())
                    .isEqualTo(!golden.get("start").isNull());
            for (JsonNode text : golden.get("cases")) {
                String words = text.get("text").asText();
                assertThat(tokenizer.encode(words, true)).as(words).isEqualTo(ints(text.get("ids")));
                assertThat(tokenizer.encode(words, false)).as(words).isEqualTo(ints(text.get("plain")));
                assertThat(tokenizer.decode(ints(text.get("ids"))))
                        .isEqualTo(text.get("decoded").asText());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"byte-level", "byte-fallback", "bytes"})
    void aStreamOfTokensGivesTheTextInWholeCharacters(String name) throws IOException {
        String text = "Zoë \uD83D\uDE00 日本 runs, then  two";
        try (Tokenizer tokenizer = open(name)) {
            TokenizerStream stream = tokenizer.stream();
            StringBuilder streamed = new StringBuilder();
            for (int id : tokenizer.encode(text, true)) {
                String part = stream.add(id);
                assertThat(part).doesNotContain("\uFFFD");
                streamed.append(part);
            }
            assertThat(streamed.append(stream.end())).hasToString(text);
        }
    }

    @Test
    void aStreamThatContinuesAPromptKeepsTheSpaceBetween() throws IOException {
        try (Tokenizer tokenizer = open("byte-fallback")) {
            int[] whole = tokenizer.encode("The river runs", true);
            int[] prompt = tokenizer.encode("The river", true);
            assertThat(Arrays.copyOf(whole, prompt.length)).isEqualTo(prompt);
            TokenizerStream stream = tokenizer.stream(prompt);
            StringBuilder continued = new StringBuilder();
            for (int i = prompt.length; i < whole.length; i++) {
                continued.append(stream.add(whole[i]));
            }
            assertThat(continued).hasToString(" runs");
        }
    }

    @Test
    void aTextThatEndsWithinACharacterEndsWithTheSign() throws IOException {
        try (Tokenizer tokenizer = TokenizerOfBytes.make()) {
            TokenizerStream stream = tokenizer.stream();
            assertThat(stream.add('a')).isEqualTo("a");
            assertThat(stream.add(0xE2)).isEmpty();
            assertThat(stream.add(0x98)).isEmpty();
            assertThat(stream.end()).isEqualTo("\uFFFD");
        }
    }

    @Test
    void theBuiltInTokenizerIsWhatPythonWrites() throws IOException {
        TokenizerOfBytes.write(folder);
        JsonNode ours =
                new ObjectMapper().readTree(folder.resolve("tokenizer.json").toFile());
        assertThat(ours).isEqualTo(json("bytes.tokenizer.json"));
        try (Tokenizer written = Tokenizer.open(folder)) {
            assertThat(written.vocabulary()).isEqualTo(TokenizerOfBytes.VOCABULARY);
            assertThat(written.start()).hasValue(TokenizerOfBytes.START);
            assertThat(written.end()).hasValue(TokenizerOfBytes.END);
            assertThat(written.addsStart()).isTrue();
            assertThat(written.encode("<pad>", false)).containsExactly(TokenizerOfBytes.FILLING);
        }
    }

    @Test
    void bytesComeBackAsTheSameTextWhateverItIs() {
        try (Tokenizer tokenizer = TokenizerOfBytes.make()) {
            Property.forAll(200, random -> {
                String text = IntStream.range(0, random.nextInt(60))
                        .map(i -> random.nextInt(
                                switch (random.nextInt(3)) {
                                    case 0 -> 0x80;
                                    case 1 -> 0x3000;
                                    default -> Character.MAX_CODE_POINT + 1;
                                }))
                        .filter(point -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
                int[] ids = tokenizer.encode(text, true);
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                assertThat(ids).hasSize(bytes.length + 1);
                assertThat(ids[0]).isEqualTo(TokenizerOfBytes.START);
                for (int i = 0; i < bytes.length; i++) {
                    assertThat(ids[i + 1]).isEqualTo(bytes[i] & 0xFF);
                }
                assertThat(tokenizer.decode(ids)).isEqualTo(text);
            });
        }
    }

    @Test
    void halfASurrogatePairIsTheSignForNoCharacter() {
        try (Tokenizer tokenizer = TokenizerOfBytes.make()) {
            assertThat(tokenizer.decode(tokenizer.encode("a\uD800b", false))).isEqualTo("a\uFFFDb");
        }
    }

    @Test
    void numbersOfNoTokenGiveNothing() {
        try (Tokenizer tokenizer = TokenizerOfBytes.make()) {
            assertThat(tokenizer.decode(new int[] {'a', 5000, -7, 'b'})).isEqualTo("ab");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"byte-level", "byte-fallback", "unigram"})
    void theSameTokenizerArrivesElsewhere(String name) throws IOException {
        try (Tokenizer here = open(name);
                Tokenizer there = Tokenizer.fromBytes(here.toBytes(), "peer")) {
            String text = "The baker's bread, 日本.";
            assertThat(there.encode(text, true)).isEqualTo(here.encode(text, true));
            assertThat(there.vocabulary()).isEqualTo(here.vocabulary());
            assertThat(there.start()).isEqualTo(here.start());
            assertThat(there.end()).isEqualTo(here.end());
            assertThat(there.addsStart()).isEqualTo(here.addsStart());
        }
    }

    @Test
    void damagedBytesAreRefusedInOneLine() throws IOException {
        byte[] good;
        try (Tokenizer tokenizer = TokenizerOfBytes.make()) {
            good = tokenizer.toBytes();
        }
        refused(() -> Tokenizer.fromBytes(new byte[] {1, 2, 3}, "peer"), "peer: is no packed tokenizer");
        refused(
                () -> Tokenizer.fromBytes(Arrays.copyOf(good, good.length / 2), "peer"),
                "peer: is no packed tokenizer");
        refused(() -> Tokenizer.fromBytes(packed(2, "{}", "{}"), "peer"), "peer: a packed tokenizer of version 2");
        refused(() -> Tokenizer.fromBytes(packed(1, "{}", "[]"), "peer"), "tokenizer_config.json is no JSON object");
        refused(() -> Tokenizer.fromBytes(packed(1, "{}", "{}"), "peer"), "peer: names no tokens");
        refused(() -> Tokenizer.fromBytes(packed(1, "{", "{}"), "peer"), "peer: is no tokenizer.json");
        refused(
                () -> Tokenizer.fromBytes(packed(1, "{\"model\": {\"vocab\": {\"a\": 0}}}", "{}"), "peer"),
                "peer: is no tokenizer.json that this build reads");
        ByteArrayOutputStream large = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(new GZIPOutputStream(large))) {
            out.writeByte(1);
            out.writeInt(TokenizerFiles.MAX_BYTES + 1);
        }
        refused(
                () -> Tokenizer.fromBytes(large.toByteArray(), "peer"),
                "peer: a part of " + (TokenizerFiles.MAX_BYTES + 1) + " bytes, at most");
    }

    @Test
    void missingFilesAreNamedWithWhatToDo() throws IOException {
        refused(() -> Tokenizer.open(folder.resolve("nowhere")), "nowhere: there is no such folder");
        refused(() -> Tokenizer.open(folder), "has no tokenizer.json; copy it from where the model comes from");
        Files.writeString(folder.resolve("tokenizer.model"), "x");
        refused(() -> Tokenizer.open(folder), "has no tokenizer.json, only tokenizer.model; in Python");
    }

    @Test
    void aVocabularyThatTheModelLacksIsRefused() {
        try (Tokenizer tokenizer = TokenizerOfBytes.make()) {
            tokenizer.requireFits(259, "the model");
            tokenizer.requireFits(320, "the model");
            refused(
                    () -> tokenizer.requireFits(258, "models/tiny"),
                    "built-in tokenizer: has tokens up to 258, but models/tiny knows only 258");
        }
    }

    @Test
    void startAndEndComeFromWhereTheyStand() throws IOException {
        TokenizerOfBytes.write(folder);
        Files.delete(folder.resolve("tokenizer_config.json"));
        try (Tokenizer bare = Tokenizer.open(folder)) {
            assertThat(bare.start()).isEmpty();
            assertThat(bare.end()).isEmpty();
        }
        Files.writeString(folder.resolve("config.json"), "{\"bos_token_id\": 256, \"eos_token_id\": [258, 257]}");
        try (Tokenizer ofModel = Tokenizer.open(folder)) {
            assertThat(ofModel.start()).hasValue(256);
            assertThat(ofModel.end()).hasValue(258);
        }
        Files.writeString(
                folder.resolve("special_tokens_map.json"),
                "{\"eos_token\": {\"content\": \"</s>\", \"lstrip\": false}}");
        try (Tokenizer mapped = Tokenizer.open(folder)) {
            assertThat(mapped.end()).hasValue(257);
        }
    }

    @Test
    void aClosedTokenizerSaysSo() {
        Tokenizer tokenizer = TokenizerOfBytes.make();
        tokenizer.close();
        tokenizer.close();
        assertThatThrownBy(() -> tokenizer.encode("a", false))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is closed");
    }

    @Test
    void manyThreadsGetTheSameTokens() {
        try (Tokenizer tokenizer = TokenizerOfBytes.make()) {
            int[] alone = tokenizer.encode("The quiet river", true);
            List<int[]> together = IntStream.range(0, 400)
                    .parallel()
                    .mapToObj(i -> tokenizer.encode("The quiet river", true))
                    .toList();
            assertThat(together).allSatisfy(ids -> assertThat(ids).isEqualTo(alone));
        }
    }

    @Test
    void platformsAreCalledAsTheJarCallsThem() {
        assertThat(TokenizerNatives.platform("Linux", "amd64")).isEqualTo("linux-x86_64");
        assertThat(TokenizerNatives.platform("Linux", "aarch64")).isEqualTo("linux-aarch64");
        assertThat(TokenizerNatives.platform("Mac OS X", "aarch64")).isEqualTo("osx-aarch64");
        assertThat(TokenizerNatives.platform("Windows 11", "amd64")).isEqualTo("win-x86_64");
    }

    /** {@code SPLITTUNE_DATA=FOLDER mvn -pl model test -Dtest=TokenizerTest -Dtest.excludedGroups=none}. */
    @Test
    @Tag("data")
    void readsTheTokenizerOfARealModel() {
        String root = System.getProperty("splittune.data", System.getenv().getOrDefault("SPLITTUNE_DATA", ""));
        Path real = Path.of(root, "weights", "stories260K");
        assumeTrue(!root.isEmpty() && Files.isDirectory(real), "skipped: SPLITTUNE_DATA has no weights/stories260K");
        try (Tokenizer tokenizer = Tokenizer.open(real)) {
            assertThat(tokenizer.encode("Once upon a time", true)).containsExactly(1, 403, 407, 261, 378);
            assertThat(tokenizer.decode(new int[] {1, 403, 407, 261, 378})).isEqualTo("Once upon a time");
            assertThat(tokenizer.vocabulary()).isEqualTo(512);
        }
    }

    private Tokenizer open(String name) throws IOException {
        for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
            Files.copy(GOLDEN.resolve(name + "." + file), folder.resolve(file));
        }
        return Tokenizer.open(folder);
    }

    private static void refused(ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOf(UserException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    private static byte[] packed(int version, String json, String config) throws IOException {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(new GZIPOutputStream(block))) {
            out.writeByte(version);
            for (String part : List.of(json, config)) {
                out.writeInt(part.length());
                out.write(part.getBytes(StandardCharsets.UTF_8));
            }
        }
        return block.toByteArray();
    }

    private static JsonNode json(String file) throws IOException {
        return new ObjectMapper().readTree(GOLDEN.resolve(file).toFile());
    }

    private static int[] ints(JsonNode list) {
        return IntStream.range(0, list.size()).map(i -> list.get(i).intValue()).toArray();
    }
}
