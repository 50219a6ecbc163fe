package io.splittune.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.splittune.core.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Small JSON files of a checkpoint or adapter folder, read with messages that name the file and the key. */
final class JsonFiles {
    /** config.json with a thousand labels has some 100 KB; an index of shards some 100 KB. */
    private static final int MAX_BYTES = 16 << 20;

    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

    private JsonFiles() {}

    /**
     * Reads a JSON object.
     *
     * @throws UserException when the file is missing, too long or no JSON object
     */
    static JsonNode read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new UserException(file + ": has " + Files.size(file) + " bytes, at most " + MAX_BYTES
                        + " are read; is it the right file?");
            }
            return parse(Files.readString(file), file.toString());
        } catch (NoSuchFileException e) {
            throw new UserException(file + ": there is no such file.", e);
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read (" + e.getMessage() + ").", e);
        }
    }

    /** Parses a JSON object; {@code place} names it in the message. */
    static JsonNode parse(String text, String place) {
        JsonNode root;
        try {
            root = MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UserException(
                    place + ": is no JSON, " + e.getOriginalMessage().replaceAll("\\R.*", "") + " in line "
                            + (e.getLocation() == null ? 0 : e.getLocation().getLineNr()) + ".",
                    e);
        }
        if (!root.isObject()) {
            throw new UserException(place + ": holds no JSON object.");
        }
        return root;
    }

    /** Writes a tree with indentation, as Hugging Face does. */
    static String toText(JsonNode tree) {
        return tree.toPrettyString() + "\n";
    }

    /** Makes a tree of a record. */
    static JsonNode toTree(Record value) {
        return MAPPER.valueToTree(value);
    }

    /** Makes a record of a tree; {@code place} names the tree in the message. */
    static <T extends Record> T toRecord(JsonNode tree, Class<T> type, String place) {
        try {
            return MAPPER.treeToValue(tree, type);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new UserException(
                    place + ": " + String.valueOf(e.getMessage()).replaceAll("\\R.*", ""), e);
        }
    }

    /** Returns a whole number, or nothing when the key is missing or null. */
    static OptionalInt integer(JsonNode object, String key, String place) {
        JsonNode value = object.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return OptionalInt.empty();
        }
        if (!value.isInt()) {
            throw new UserException(place + ": " + key + " is " + shown(value) + ", a whole number is needed.");
        }
        return OptionalInt.of(value.intValue());
    }

    /** Returns a number, or nothing when the key is missing or null. */
    static OptionalDouble number(JsonNode object, String key, String place) {
        JsonNode value = object.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return OptionalDouble.empty();
        }
        if (!value.isNumber()) {
            throw new UserException(place + ": " + key + " is " + shown(value) + ", a number is needed.");
        }
        return OptionalDouble.of(value.doubleValue());
    }

    /** Returns a truth value, or {@code otherwise} when the key is missing or null. */
    static boolean truth(JsonNode object, String key, boolean otherwise, String place) {
        JsonNode value = object.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw new UserException(place + ": " + key + " is " + shown(value) + ", true or false is needed.");
        }
        return value.booleanValue();
    }

    /** Returns a list of numbers, or nothing when the key is missing or null. */
    static Optional<List<Double>> numbers(JsonNode object, String key, String place) {
        JsonNode value = object.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        List<Double> numbers = new ArrayList<>();
        for (JsonNode element : value) {
            if (!element.isNumber()) {
                throw new UserException(place + ": " + key + " is " + shown(value) + ", a list of numbers is needed.");
            }
            numbers.add(element.doubleValue());
        }
        return Optional.of(numbers);
    }

    /** A value as it stands in the file, cut to a bearable length. */
    static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() <= 80 ? text : text.substring(0, 80) + "...";
    }
}
