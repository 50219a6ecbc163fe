package io.splittune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.splittune.core.UserException;
import io.splittune.model.ChatTemplate.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Golden texts come from transformers, see tools/golden/tokenizers_and_templates.py. */
class ChatTemplateTest {
    private static final List<Message> HELLO = List.of(new Message("user", "Hello"));

    @TempDir
    Path folder;

    @Test
    void rendersAsTransformersDoes() throws IOException {
        JsonNode golden = new ObjectMapper()
                .readTree(
                        Path.of("src/test/resources/golden-text/templates.json").toFile());
        assertThat(golden.get("cases").size()).isEqualTo(36);
        for (JsonNode rendering : golden.get("cases")) {
            String name = rendering.get("template").asText();
            ChatTemplate template =
                    ChatTemplate.of(golden.get("templates").get(name).asText(), "<s>", "</s>", name);
            List<Message> messages = new ArrayList<>();
            rendering
                    .get("messages")
                    .forEach(message -> messages.add(new Message(
                            message.get("role").asText(), message.get("content").asText())));
            assertThat(template.render(messages, rendering.get("generation").booleanValue()))
                    .as(name)
                    .isEqualTo(rendering.get("text").asText());
        }
    }

    @Test
    void aTemplateThatRefusesTheConversationSaysWhy() {
        ChatTemplate template =
                ChatTemplate.of("{{ raise_exception('Only robots may speak') }}", "<s>", "</s>", "tiny/tokenizer.json");
        assertThatThrownBy(() -> template.render(HELLO, true))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("tiny/tokenizer.json: chat_template cannot be rendered (")
                .hasMessageContaining("Only robots may speak")
                .hasMessageNotContaining("\n");
    }

    @Test
    void whatIsNotSupportedIsRefusedAndNotRenderedOtherwise() {
        for (String unsupported : List.of(
                "{% for m in messages[::-1] %}{{ m.content }}{% endfor %}",
                "{% if messages %}never ended",
                "{{ messages[0].content.lstrip('H') }}",
                "{{ messages[0].content.getClass().getName() }}",
                "{% unknown %}")) {
            assertThatThrownBy(
                            () -> ChatTemplate.of(unsupported, "", "", "here").render(HELLO, true))
                    .as(unsupported)
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith("here: chat_template cannot be rendered (")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void whatAMessageSaysIsNeverRunAsATemplate() {
        ChatTemplate template = ChatTemplate.of("{{ messages[0].content }}", "", "", "here");
        assertThat(template.render(List.of(new Message("user", "{{ 7 * 7 }}{% if x %}")), false))
                .isEqualTo("{{ 7 * 7 }}{% if x %}");
    }

    @Test
    void aTemplateCannotFillTheMemory() {
        ChatTemplate template = ChatTemplate.of(
                "{% for a in range(1000) %}{% for b in range(1000) %}{{ bos_token }}{% endfor %}{% endfor %}",
                "x".repeat(100), "", "here");
        assertThatThrownBy(() -> template.render(HELLO, false))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("cannot be rendered");
    }

    @Test
    void templatesAreFoundInTheirThreePlaces() throws IOException {
        TokenizerOfBytes.write(folder);
        try (Tokenizer without = Tokenizer.open(folder)) {
            assertThat(without.chatTemplate()).isEmpty();
        }
        config("\"A{{ messages[0].content }}{{ eos_token }}\"");
        assertThat(rendered()).isEqualTo("AHello</s>");
        config("[{\"name\": \"tools\", \"template\": \"no\"}, {\"name\": \"default\", \"template\": \"B\"}]");
        assertThat(rendered()).isEqualTo("B");
        Files.writeString(folder.resolve("chat_template.jinja"), "C{{ bos_token }}");
        assertThat(rendered()).isEqualTo("C<s>");
    }

    private void config(String template) throws IOException {
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                "{\"bos_token\": \"<s>\", \"eos_token\": {\"content\": \"</s>\"}, \"chat_template\": " + template
                        + "}");
    }

    private String rendered() {
        try (Tokenizer here = Tokenizer.open(folder);
                Tokenizer there = Tokenizer.fromBytes(here.toBytes(), "peer")) {
            return there.chatTemplate().orElseThrow().render(HELLO, false);
        }
    }
}
