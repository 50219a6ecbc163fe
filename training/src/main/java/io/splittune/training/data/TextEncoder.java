package io.splittune.training.data;

import io.splittune.core.UserException;
import io.splittune.model.ChatTemplate;
import io.splittune.model.Tokenizer;
import io.splittune.training.data.TextOptions.LossOn;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Texts to tokens that know whether the loss counts them: a counted token is stored as its complement (negative).
 *
 * <p>Prompt and completion are tokenised together, as a user's text would be; what the tokens of the prompt alone have in
 * common with that is the prompt, so a token across the seam counts as completion. (TRL takes the number of the prompt's
 * tokens instead, and warns where they differ.) A text that is too long loses its end, as TRL cuts; a prompt with its
 * completion loses the beginning of the prompt instead, so that there is something left to learn.
 */
final class TextEncoder {
    private final Tokenizer tokenizer;
    private final LossOn lossOn;
    private final Optional<ChatTemplate> template;

    TextEncoder(Tokenizer tokenizer, LossOn lossOn) {
        this.tokenizer = tokenizer;
        this.lossOn = lossOn;
        this.template = tokenizer.chatTemplate();
    }

    /** A sample's tokens, of any number. */
    static final class Encoded {
        private final int[] tokens;
        /** How many at the beginning may be cut from their left, but for the start token. */
        private final int prompt;

        Encoded(int[] tokens, int prompt) {
            this.tokens = tokens;
            this.prompt = prompt;
        }

        /** Returns the tokens themselves. */
        int[] tokens() {
            return tokens;
        }
    }

    /** Tokenises a sample. */
    Encoded encode(TextSample.Content content, String place) {
        if (content instanceof TextSample.Content.Plain plain) {
            return plain(plain.text());
        }
        if (content instanceof TextSample.Content.Answer answer) {
            return answer(answer);
        }
        return conversation(((TextSample.Content.Conversation) content).messages(), place);
    }

    private Encoded plain(String text) {
        int[] body = tokenizer.encode(text, false);
        int[] tokens = framed(body, lossOn != LossOn.LABEL);
        // The start token is given, not guessed.
        return new Encoded(counted(tokens, tokenizer.addsStart() ? 1 : 0, tokens.length), 0);
    }

    private Encoded answer(TextSample.Content.Answer answer) {
        int[] whole = tokenizer.encode(answer.prompt() + answer.completion(), false);
        int[] tokens = framed(whole, lossOn != LossOn.LABEL);
        int start = tokenizer.addsStart() ? 1 : 0;
        int prompt = start + commonPrefix(tokenizer.encode(answer.prompt(), false), whole);
        return new Encoded(counted(tokens, lossOn == LossOn.COMPLETION ? prompt : start, tokens.length), prompt);
    }

    /** The assistant's turns count, from where the template asks for them to where it ends them. */
    private Encoded conversation(List<ChatTemplate.Message> messages, String place) {
        ChatTemplate how = template.orElseThrow(() -> new UserException(place
                + ": has \"messages\", but the tokenizer has no chat_template; give \"prompt\" and \"completion\", or the"
                + " tokenizer of a model for chats."));
        int[] tokens = tokenizer.encode(how.render(messages, false), false);
        if (lossOn != LossOn.COMPLETION) {
            return new Encoded(counted(tokens, tokenizer.addsStart() ? 1 : 0, tokens.length), 0);
        }
        int[] marked = tokens.clone();
        for (int turn = 0; turn < messages.size(); turn++) {
            if (messages.get(turn).role().equals(ChatTemplate.Message.ASSISTANT)) {
                int from = turn == 0 ? 0 : prefix(how.render(messages.subList(0, turn), true), tokens);
                int to = prefix(how.render(messages.subList(0, turn + 1), false), tokens);
                for (int i = from; i < to; i++) {
                    marked[i] = ~tokens[i];
                }
            }
        }
        return new Encoded(marked, 0);
    }

    private int prefix(String text, int[] tokens) {
        return commonPrefix(tokenizer.encode(text, false), tokens);
    }

    private static int commonPrefix(int[] a, int[] b) {
        int mismatch = Arrays.mismatch(a, b);
        return mismatch < 0 ? a.length : mismatch;
    }

    /** Puts the start token in front where the tokenizer does so, and the end token behind. */
    private int[] framed(int[] body, boolean ends) {
        int start = tokenizer.addsStart() ? 1 : 0;
        int end = ends && tokenizer.end().isPresent() ? 1 : 0;
        int[] tokens = new int[start + body.length + end];
        if (start > 0) {
            tokens[0] = tokenizer.start().orElseThrow();
        }
        System.arraycopy(body, 0, tokens, start, body.length);
        if (end > 0) {
            tokens[tokens.length - 1] = tokenizer.end().orElseThrow();
        }
        return tokens;
    }

    private static int[] counted(int[] tokens, int from, int to) {
        for (int i = from; i < to; i++) {
            tokens[i] = ~tokens[i];
        }
        return tokens;
    }

    /** Cuts a sample to a length: the prompt from its left, behind the start token; then the rest from its right. */
    int[] cut(Encoded sample, int most) {
        int[] tokens = sample.tokens;
        int excess = tokens.length - most;
        if (excess <= 0) {
            return tokens;
        }
        int kept = tokenizer.addsStart() && sample.prompt > 0 ? 1 : 0;
        // One token of the prompt stays where there is no start token: the first of a row is never a target.
        int removable = Math.max(0, sample.prompt - Math.max(kept, 1));
        int removed = Math.min(excess, removable);
        int[] cut = new int[most];
        System.arraycopy(tokens, 0, cut, 0, kept);
        System.arraycopy(tokens, kept + removed, cut, kept, most - kept);
        return cut;
    }
}
