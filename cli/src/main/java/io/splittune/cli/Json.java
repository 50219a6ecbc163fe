package io.splittune.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;

/** JSON text. Numbers that JSON cannot hold (NaN, infinities) become null. */
final class Json {
    private static final int SHOWN_CHARS = 100;

    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Puts a number, or null for NaN and the infinities. */
    static void put(ObjectNode node, String key, double value) {
        if (Double.isFinite(value)) {
            node.put(key, value);
        } else {
            node.putNull(key);
        }
    }

    /** Returns the node on several lines, for people too. */
    static String pretty(JsonNode node) {
        return write(node, true);
    }

    /** Returns the node on one line. */
    static String line(JsonNode node) {
        return write(node, false);
    }

    /** A node's own text goes by way of an object mapper, which takes a fifth of a short command's time to load. */
    private static String write(JsonNode node, boolean pretty) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(text)) {
            if (pretty) {
                generator.useDefaultPrettyPrinter();
            }
            write(node, generator);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a string is always writable
        }
        return text.toString();
    }

    private static void write(JsonNode node, JsonGenerator generator) throws IOException {
        if (node.isObject()) {
            generator.writeStartObject();
            for (Map.Entry<String, JsonNode> property : node.properties()) {
                generator.writeFieldName(property.getKey());
                write(property.getValue(), generator);
            }
            generator.writeEndObject();
        } else if (node.isArray()) {
            generator.writeStartArray();
            for (JsonNode element : node) {
                write(element, generator);
            }
            generator.writeEndArray();
        } else if (node.isTextual()) {
            generator.writeString(node.textValue());
        } else if (node.isPojo()) {
            generator.writeRawValue(node.toString()); // the schema's defaults are lists and maps
        } else {
            generator.writeRawValue(node.asText()); // a number, true, false or null
        }
    }

    /**
     * Parses one JSON text.
     *
     * @throws IllegalArgumentException when it is not JSON
     */
    static JsonNode parse(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            // From a peer it may be megabytes.
            throw new IllegalArgumentException(
                    "Not JSON: " + text.substring(0, Math.min(SHOWN_CHARS, text.length())), e);
        }
    }
}
