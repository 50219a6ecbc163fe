package io.splittune.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.core.UserException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * What makes a tokenizer: {@code tokenizer.json} as it stands, and one object with what the files beside it say.
 *
 * @param json text of {@code tokenizer.json}
 * @param config {@code tokenizer_config.json}, completed from {@code special_tokens_map.json},
 *     {@code chat_template.jinja} and {@code config.json} where those say more
 */
record TokenizerFiles(String json, ObjectNode config) {
    /** Gemma 3's, one of the largest, has 33 MB. */
    static final int MAX_BYTES = 64 << 20;

    private static final int MAX_CONFIG_BYTES = 16 << 20;

    /** Changes when the packed form does. */
    private static final int PACKED_VERSION = 1;

    /** Reads a model's folder. */
    static TokenizerFiles read(Path folder) {
        Path file = folder.resolve("tokenizer.json");
        if (!Files.isRegularFile(file)) {
            throw new UserException(missing(folder));
        }
        ObjectNode config = object(folder.resolve("tokenizer_config.json"));
        complete(config, object(folder.resolve("special_tokens_map.json")));
        Path template = folder.resolve("chat_template.jinja");
        if (Files.isRegularFile(template)) {
            config.put("chat_template", text(template, MAX_CONFIG_BYTES));
        }
        JsonNode model = object(folder.resolve("config.json"));
        for (String key : new String[] {"bos_token_id", "eos_token_id"}) {
            JsonNode id = model.path(key).isArray() ? model.path(key).path(0) : model.path(key);
            if (id.isInt() && !config.hasNonNull(key)) {
                config.set(key, id);
            }
        }
        return new TokenizerFiles(text(file, MAX_BYTES), config);
    }

    private static String missing(Path folder) {
        if (!Files.isDirectory(folder)) {
            return folder + ": there is no such folder; a tokenizer is the tokenizer.json in a model's folder.";
        }
        boolean sentencePiece = Files.exists(folder.resolve("tokenizer.model"));
        boolean parts = Files.exists(folder.resolve("vocab.json"));
        return folder + ": has no tokenizer.json"
                + (sentencePiece || parts
                        ? ", only " + (sentencePiece ? "tokenizer.model" : "vocab.json")
                                + "; in Python, AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER) of"
                                + " transformers writes it."
                        : "; copy it from where the model comes from.");
    }

    private static ObjectNode object(Path file) {
        return Files.isRegularFile(file) ? (ObjectNode) JsonFiles.read(file) : new ObjectMapper().createObjectNode();
    }

    private static void complete(ObjectNode config, JsonNode more) {
        more.properties().forEach(entry -> {
            if (!config.hasNonNull(entry.getKey())) {
                config.set(entry.getKey(), entry.getValue());
            }
        });
    }

    private static String text(Path file, int most) {
        try {
            if (Files.size(file) > most) {
                throw new UserException(
                        file + ": has " + Files.size(file) + " bytes, at most " + most + " are read; is it right?");
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read as UTF-8 text (" + e.getMessage() + ").", e);
        }
    }

    /** Returns both as one compressed block. */
    byte[] pack() {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(new GZIPOutputStream(block))) {
            out.writeByte(PACKED_VERSION);
            for (String part : new String[] {json, config.toString()}) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                out.writeInt(bytes.length);
                out.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Memory refuses to be written.", e);
        }
        return block.toByteArray();
    }

    /**
     * Reads what {@link #pack} wrote.
     *
     * @param block from a peer; not trusted
     * @param place names it in messages
     * @throws UserException when it is no such block, or too large
     */
    static TokenizerFiles unpack(byte[] block, String place) {
        try (DataInputStream in = new DataInputStream(new GZIPInputStream(new ByteArrayInputStream(block)))) {
            int version = in.readByte();
            if (version != PACKED_VERSION) {
                throw new UserException(place + ": a packed tokenizer of version " + version + ", this build reads "
                        + PACKED_VERSION + "; use the same build on both sides.");
            }
            String json = part(in, MAX_BYTES, place);
            String config = part(in, MAX_CONFIG_BYTES, place);
            return new TokenizerFiles(json, (ObjectNode)
                    new ObjectMapper().readerFor(ObjectNode.class).readTree(config));
        } catch (JsonProcessingException | ClassCastException e) {
            throw new UserException(place + ": the packed tokenizer_config.json is no JSON object.", e);
        } catch (IOException e) {
            throw new UserException(place + ": is no packed tokenizer (" + e.getMessage() + ").", e);
        }
    }

    private static String part(DataInputStream in, int most, String place) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > most) {
            throw new UserException(place + ": a part of " + length + " bytes, at most " + most + " are read.");
        }
        // Grows with what really comes, whatever the length says.
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("it ends early");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
