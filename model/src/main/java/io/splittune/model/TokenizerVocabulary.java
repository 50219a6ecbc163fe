package io.splittune.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.splittune.core.UserException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What is read from {@code tokenizer.json} besides the library's own reading, in one pass without a tree.
 *
 * @param size one more than the highest number of a token
 * @param found the numbers of the wanted tokens that exist
 */
record TokenizerVocabulary(int size, Map<String, Integer> found) {
    /** Far more than any vocabulary; a number above it is damage. */
    private static final int MOST = 1 << 24;

    /** Copies the map. */
    TokenizerVocabulary {
        found = Map.copyOf(found);
    }

    /**
     * Reads the numbers of the tokens.
     *
     * @param json text of tokenizer.json
     * @param wanted tokens whose numbers are asked for
     * @param place names the text in messages
     */
    static TokenizerVocabulary read(String json, Set<String> wanted, String place) {
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            Scan scan = new Scan(parser, wanted);
            scan.run();
            if (scan.highest < 0 || scan.highest >= MOST) {
                throw new UserException(place + ": names no tokens; it is no tokenizer.json.");
            }
            return new TokenizerVocabulary(scan.highest + 1, scan.found);
        } catch (IOException e) {
            throw new UserException(
                    place + ": is no tokenizer.json ("
                            + String.valueOf(e.getMessage()).replaceAll("\\R.*", "") + ").",
                    e);
        }
    }

    /** The pass: {@code model.vocab} is an object of numbers, or (Unigram) a list of pairs; added tokens are objects. */
    private static final class Scan {
        private final JsonParser parser;
        private final Set<String> wanted;
        private final Map<String, Integer> found = new HashMap<>();
        private int highest = -1;

        Scan(JsonParser parser, Set<String> wanted) {
            this.parser = parser;
            this.wanted = wanted;
        }

        void run() throws IOException {
            parser.nextToken();
            while (nextField()) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals("added_tokens") && value == JsonToken.START_ARRAY) {
                    addedTokens();
                } else if (name.equals("model") && value == JsonToken.START_OBJECT) {
                    model();
                } else {
                    parser.skipChildren();
                }
            }
        }

        /** Moves to the next name of the present object; false at its end. */
        private boolean nextField() throws IOException {
            return parser.nextToken() == JsonToken.FIELD_NAME;
        }

        private void addedTokens() throws IOException {
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                String content = "";
                int id = -1;
                while (nextField()) {
                    String name = parser.currentName();
                    JsonToken value = parser.nextToken();
                    if (name.equals("id") && value == JsonToken.VALUE_NUMBER_INT) {
                        id = parser.getIntValue();
                    } else if (name.equals("content") && value == JsonToken.VALUE_STRING) {
                        content = parser.getText();
                    } else {
                        parser.skipChildren();
                    }
                }
                token(content, id);
            }
        }

        private void model() throws IOException {
            while (nextField()) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals("vocab") && value == JsonToken.START_OBJECT) {
                    while (nextField()) {
                        String content = parser.currentName();
                        if (parser.nextToken() == JsonToken.VALUE_NUMBER_INT) {
                            token(content, parser.getIntValue());
                        }
                    }
                } else if (name.equals("vocab") && value == JsonToken.START_ARRAY) {
                    pairs();
                } else {
                    parser.skipChildren();
                }
            }
        }

        private void pairs() throws IOException {
            int id = 0;
            while (parser.nextToken() == JsonToken.START_ARRAY) {
                token(parser.nextToken() == JsonToken.VALUE_STRING ? parser.getText() : "", id++);
                while (parser.nextToken() != JsonToken.END_ARRAY && parser.currentToken() != null) {
                    parser.skipChildren();
                }
            }
        }

        private void token(String content, int id) {
            highest = Math.max(highest, id);
            if (wanted.contains(content)) {
                found.put(content, id);
            }
        }
    }
}
