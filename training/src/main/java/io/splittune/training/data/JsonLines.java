package io.splittune.training.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.splittune.core.UserException;
import io.splittune.model.ChatTemplate;
import io.splittune.training.data.TextSample.Content;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lines of JSON, each a text in one of three forms, with messages that name the line. Immutable. */
final class JsonLines {
    private static final ObjectMapper MAPPER = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final String FORMS =
            "{\"text\": ...}, {\"prompt\": ..., \"completion\": ...} or {\"messages\": [...]}";

    private final Optional<String> labelField;
    private final Optional<String> deviceField;

    JsonLines(Optional<String> labelField, Optional<String> deviceField) {
        this.labelField = labelField;
        this.deviceField = deviceField;
    }

    TextSample parse(String line, String place) {
        JsonNode root;
        try {
            root = MAPPER.readTree(line);
        } catch (JsonProcessingException e) {
            throw new UserException(
                    place + ": is no JSON (" + e.getOriginalMessage().replaceAll("\\R.*", "") + "); each line is "
                            + FORMS + ".",
                    e);
        }
        if (!root.isObject()) {
            throw new UserException(place + ": is no JSON object; each line is " + FORMS + ".");
        }
        return new TextSample(
                content(root, place),
                labelField.map(field -> word(root, field, "data.labelField", place)),
                deviceField.map(field -> word(root, field, "data.deviceField", place)));
    }

    private static Content content(JsonNode root, String place) {
        boolean answer = root.has("prompt") || root.has("completion");
        int forms = (root.has("text") ? 1 : 0) + (answer ? 1 : 0) + (root.has("messages") ? 1 : 0);
        if (forms != 1) {
            throw new UserException(
                    place + ": has " + (forms == 0 ? "none" : "more than one") + " of the forms " + FORMS + ".");
        }
        if (root.has("text")) {
            return new Content.Plain(string(root, "text", place));
        }
        return answer
                ? new Content.Answer(string(root, "prompt", place), string(root, "completion", place))
                : conversation(root.get("messages"), place);
    }

    private static Content conversation(JsonNode messages, String place) {
        if (!messages.isArray() || messages.isEmpty()) {
            throw new UserException(place + ": \"messages\" is no list of {\"role\": ..., \"content\": ...}.");
        }
        List<ChatTemplate.Message> turns = new ArrayList<>();
        for (JsonNode message : messages) {
            String where = place + ": message " + (turns.size() + 1);
            turns.add(new ChatTemplate.Message(string(message, "role", where), string(message, "content", where)));
        }
        return new Content.Conversation(turns);
    }

    private static String string(JsonNode object, String field, String place) {
        JsonNode value = object.path(field);
        if (!value.isTextual()) {
            throw new UserException(
                    place + ": \"" + field + "\" is " + (value.isMissingNode() ? "missing" : "no text") + ".");
        }
        return value.asText();
    }

    private static String word(JsonNode object, String field, String key, String place) {
        JsonNode value = object.path(field);
        if (!value.isValueNode() || value.isNull()) {
            throw new UserException(place + ": \"" + field + "\" is "
                    + (value.isMissingNode() || value.isNull() ? "missing" : "no single value") + ", but " + key
                    + " names it.");
        }
        return value.asText();
    }
}
