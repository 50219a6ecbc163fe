package io.splittune.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import io.splittune.core.UserException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Makes one text of a conversation by the model's own Jinja template, as transformers' {@code apply_chat_template} does.
 * Thread-safe.
 *
 * <p>Rendered with Jinjava, which lacks some of Python's ways (a step in a slice, {@code lstrip} with an argument); a
 * template that needs them is refused, never rendered otherwise. There is no clock: a template that would put in today's
 * date takes its own fixed one. A template is a program from elsewhere: it sees the messages alone, and its output is
 * bounded.
 */
public final class ChatTemplate {
    private static final int MOST_CHARACTERS = 16 << 20;
    private static final int MOST_LOOPS = 1 << 20;

    private static final Pattern BEFORE_BLOCK =
            Pattern.compile("^[ \\t]+(\\{[%#])", Pattern.MULTILINE | Pattern.UNIX_LINES);

    private final String template;
    private final String start;
    private final String end;
    private final String place;

    private ChatTemplate(String template, String start, String end, String place) {
        this.template = trimmed(template);
        this.start = start;
        this.end = end;
        this.place = place;
    }

    /**
     * Does what {@code lstrip_blocks} and {@code trim_blocks} do, as transformers sets Jinja up: no space before a block
     * that begins its line, no line break after a block. Jinjava's own way loses spaces within a line too.
     */
    private static String trimmed(String template) {
        return BEFORE_BLOCK.matcher(template).replaceAll("$1").replaceAll("([%#]})\\r?\\n", "$1");
    }

    /**
     * One turn of a conversation.
     *
     * @param role who speaks, such as {@code user}, {@code assistant} or {@code system}
     * @param content what is said
     */
    public record Message(String role, String content) {
        /** The role whose turns a model learns. */
        public static final String ASSISTANT = "assistant";
    }

    /**
     * Takes a template.
     *
     * @param template Jinja
     * @param start the text of the start token, or empty
     * @param end the text of the end token, or empty
     * @param place names it in messages
     */
    public static ChatTemplate of(String template, String start, String end, String place) {
        return new ChatTemplate(template, start, end, place);
    }

    /** Reads the value of {@code chat_template}: a text, or a list of named ones, of which "default" is taken. */
    static Optional<ChatTemplate> read(JsonNode value, String start, String end, String place) {
        if (value.isTextual()) {
            return Optional.of(of(value.asText(), start, end, place));
        }
        for (JsonNode named : value) {
            if (named.path("name").asText().equals("default")) {
                return Optional.of(of(named.path("template").asText(), start, end, place));
            }
        }
        return Optional.empty();
    }

    /**
     * Renders a conversation.
     *
     * @param messages turns in order, at least one
     * @param promptsAnswer whether the text ends where the assistant's next turn begins
     * @return the text; it holds the template's special tokens, so it is encoded without adding any
     * @throws UserException when the template refuses the conversation, or needs what is not supported
     */
    public String render(List<Message> messages, boolean promptsAnswer) {
        Map<String, Object> names = Map.of(
                "messages", messages.stream().map(ChatTemplate::map).toList(),
                "add_generation_prompt", promptsAnswer,
                "bos_token", start,
                "eos_token", end);
        RenderResult result;
        try {
            result = Engine.JINJAVA.renderForResult(template, names);
        } catch (RuntimeException | LinkageError e) {
            throw refused(String.valueOf(e.getMessage()), e);
        }
        for (TemplateError error : result.getErrors()) {
            throw refused(error.getMessage(), error.getException());
        }
        return result.getOutput();
    }

    private UserException refused(String reason, Throwable cause) {
        String said = reason;
        for (Throwable e = cause; e != null; e = e.getCause()) {
            said = e instanceof Refusal ? String.valueOf(e.getMessage()) : said;
        }
        String line = said.strip().replaceAll("\\R.*", "");
        return new UserException(
                place + ": chat_template cannot be rendered (" + line
                        + "); give prompt and completion in place of messages, or simplify the template.",
                cause);
    }

    private static Map<String, Object> map(Message message) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("role", message.role());
        map.put("content", message.content());
        return map;
    }

    /** Called by templates that do not like a conversation. */
    @SuppressWarnings("DoNotCallSuggester")
    public static String raise(String message) {
        throw new Refusal(message);
    }

    /** What a template says of a conversation that it does not like. */
    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refusal(String message) {
            super(message);
        }
    }

    /** Made when the first template is rendered: it takes most of a second. */
    private static final class Engine {
        static final Jinjava JINJAVA = make();

        private Engine() {}

        private static Jinjava make() {
            Jinjava jinjava = new Jinjava(JinjavaConfig.newBuilder()
                    // What stands in a message is data, never a template.
                    .withNestedInterpretationEnabled(false)
                    .withMaxOutputSize(MOST_CHARACTERS)
                    .withMaxListSize(MOST_LOOPS)
                    .withLegacyOverrides(LegacyOverrides.newBuilder()
                            .withUsePyishObjectMapper(true)
                            .withParseWhitespaceControlStrictly(true)
                            .withUseTrimmingForNotesAndExpressions(true)
                            .withUseNaturalOperatorPrecedence(true)
                            .withKeepNullableLoopValues(true)
                            .withEvaluateMapKeys(true)
                            .withIterateOverMapKeys(true)
                            .build())
                    .build());
            jinjava.getGlobalContext()
                    .registerFunction(
                            new ELFunctionDefinition("", "raise_exception", ChatTemplate.class, "raise", String.class));
            return jinjava;
        }
    }
}
