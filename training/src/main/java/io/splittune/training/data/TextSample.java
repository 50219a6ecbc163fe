package io.splittune.training.data;

import io.splittune.model.ChatTemplate;
import java.util.List;
import java.util.Optional;

/**
 * A text before it is tokenised.
 *
 * @param content what it says
 * @param label name of its class, if it has one
 * @param key its device, if it names one
 */
public record TextSample(Content content, Optional<String> label, Optional<String> key) {
    /** The three forms of a text. */
    public sealed interface Content {
        /** A text as it stands. */
        record Plain(String text) implements Content {}

        /** A prompt and what is to follow it. */
        record Answer(String prompt, String completion) implements Content {}

        /** A conversation. */
        record Conversation(List<ChatTemplate.Message> messages) implements Content {
            /** Copies the list. */
            public Conversation {
                messages = List.copyOf(messages);
            }
        }
    }
}
