package io.splittune.model;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.core.UserException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongFunction;

/**
 * Texts to token numbers and back, as {@code tokenizer.json} of Hugging Face's tokenizers says. Thread-safe; closing
 * waits for calls under way. Nothing is downloaded and nothing is printed.
 */
public final class Tokenizer implements AutoCloseable {
    private final TokenizerFiles files;
    private final String place;
    private final int vocabulary;
    private final OptionalInt start;
    private final OptionalInt end;
    private final boolean addsStart;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final long handle;
    private boolean closed;

    private Tokenizer(TokenizerFiles files, String place) {
        this.files = files;
        this.place = place;
        ObjectNode config = files.config();
        Set<String> wanted = new HashSet<>();
        specialToken("bos_token").ifPresent(wanted::add);
        specialToken("eos_token").ifPresent(wanted::add);
        TokenizerVocabulary read = TokenizerVocabulary.read(files.json(), wanted, place);
        this.vocabulary = read.size();
        this.start = number(read, "bos_token", config.path("bos_token_id"));
        this.end = number(read, "eos_token", config.path("eos_token_id"));
        TokenizerNatives.require();
        this.handle = create(files.json(), place);
        int[] ofNothing = encode("", true);
        this.addsStart = start.isPresent() && ofNothing.length > 0 && ofNothing[0] == start.getAsInt();
    }

    private static long create(String json, String place) {
        try {
            long handle = TokenizersLibrary.LIB.createTokenizerFromString(json);
            TokenizersLibrary.LIB.disablePadding(handle);
            TokenizersLibrary.LIB.disableTruncation(handle);
            return handle;
        } catch (RuntimeException e) {
            throw new UserException(
                    place + ": is no tokenizer.json that this build reads ("
                            + String.valueOf(e.getMessage()).replaceAll("\\R.*", "") + ").",
                    e);
        }
    }

    /**
     * Opens the tokenizer of a model.
     *
     * @param folder holds {@code tokenizer.json}; {@code tokenizer_config.json}, {@code special_tokens_map.json},
     *     {@code chat_template.jinja} and {@code config.json} are read where they are there
     * @return to be closed by the caller
     * @throws UserException when the file is missing or cannot be read
     */
    public static Tokenizer open(Path folder) {
        return new Tokenizer(
                TokenizerFiles.read(folder), folder.resolve("tokenizer.json").toString());
    }

    /**
     * Opens what {@link #toBytes} gave.
     *
     * @param bytes from a peer; not trusted
     * @param place where they come from, for messages
     * @throws UserException when they are damaged
     */
    public static Tokenizer fromBytes(byte[] bytes, String place) {
        return new Tokenizer(TokenizerFiles.unpack(bytes, place), place);
    }

    static Tokenizer of(TokenizerFiles files, String place) {
        return new Tokenizer(files, place);
    }

    /** Returns all that makes this tokenizer, compressed, for another process. */
    public byte[] toBytes() {
        return files.pack();
    }

    /**
     * Encodes a text.
     *
     * @param text any; half of a surrogate pair counts as U+FFFD
     * @param withSpecialTokens whether the start token (and what else the file says) is added
     * @return token numbers in {@code [0, vocabulary())}
     */
    public int[] encode(String text, boolean withSpecialTokens) {
        String whole = withoutHalves(text);
        return locked(tokenizer -> {
            long encoding = TokenizersLibrary.LIB.encode(tokenizer, whole, withSpecialTokens);
            try {
                return ints(TokenizersLibrary.LIB.getTokenIds(encoding));
            } finally {
                TokenizersLibrary.LIB.deleteEncoding(encoding);
            }
        });
    }

    /**
     * Decodes tokens; special ones, and numbers of no token, give nothing.
     *
     * @param ids from {@link #encode} or a model
     * @return for the tokens of a plain text, that text; tokens that end within a character give U+FFFD
     */
    public String decode(int[] ids) {
        int[] known = Arrays.stream(ids).filter(id -> id >= 0).toArray();
        return locked(tokenizer -> TokenizersLibrary.LIB.decode(
                tokenizer, Arrays.stream(known).asLongStream().toArray(), true));
    }

    /**
     * Returns a decoder that gives a text token by token, as a model makes them.
     *
     * @param before tokens that the text continues; none for a text of its own
     */
    public TokenizerStream stream(int... before) {
        return new TokenizerStream(this, before);
    }

    /** Returns one more than the highest number of a token. */
    public int vocabulary() {
        return vocabulary;
    }

    /** Returns the token that a text starts with, if there is one. */
    public OptionalInt start() {
        return start;
    }

    /** Returns the token that ends a text, if there is one. */
    public OptionalInt end() {
        return end;
    }

    /** Returns whether {@link #encode} with special tokens begins with {@link #start}; Qwen's, for one, does not. */
    public boolean addsStart() {
        return addsStart;
    }

    /** Returns what makes one text of a conversation, if the model has it. */
    public Optional<ChatTemplate> chatTemplate() {
        return ChatTemplate.read(
                files.config().path("chat_template"),
                specialToken("bos_token").orElse(""),
                specialToken("eos_token").orElse(""),
                place);
    }

    /**
     * Checks that a model knows every token.
     *
     * @param vocabularyOfModel rows of its token embedding; more than needed is usual
     * @param model names the model in the message
     * @throws UserException when the tokenizer belongs to another model
     */
    public void requireFits(int vocabularyOfModel, String model) {
        if (vocabulary > vocabularyOfModel) {
            throw new UserException(place + ": has tokens up to " + (vocabulary - 1) + ", but " + model + " knows only "
                    + vocabularyOfModel + "; use the tokenizer that came with the model.");
        }
    }

    /** Returns the text of a special token: a string, or an object with its content. */
    private Optional<String> specialToken(String key) {
        JsonNode token = files.config().path(key);
        JsonNode text = token.isObject() ? token.path("content") : token;
        return text.isTextual() && !text.asText().isEmpty() ? Optional.of(text.asText()) : Optional.empty();
    }

    private OptionalInt number(TokenizerVocabulary read, String key, JsonNode given) {
        Integer found = read.found().get(specialToken(key).orElse(""));
        if (found != null) {
            return OptionalInt.of(found);
        }
        return given.isInt() && given.intValue() >= 0 && given.intValue() < read.size()
                ? OptionalInt.of(given.intValue())
                : OptionalInt.empty();
    }

    private <T> T locked(LongFunction<T> action) {
        lock.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("The tokenizer of " + place + " is closed.");
            }
            return action.apply(handle);
        } finally {
            lock.readLock().unlock();
        }
    }

    private static int[] ints(long[] values) {
        int[] ints = new int[values.length];
        for (int i = 0; i < ints.length; i++) {
            ints[i] = (int) values[i];
        }
        return ints;
    }

    /** The native side reads UTF-8, which has no halves of surrogate pairs. */
    private static String withoutHalves(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return text.codePoints()
                        .map(point ->
                                point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE ? 0xFFFD : point)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
            }
        }
        return text;
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                TokenizersLibrary.LIB.deleteTokenizer(handle);
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
