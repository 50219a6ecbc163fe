package io.splittune.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.core.Check;
import io.splittune.core.UserException;
import java.util.List;
import java.util.Map;

/** The shape of a transformer: all that is known of a model without its weights. */
public sealed interface ModelConfig permits VitConfig, LlamaConfig {
    /** The label of what the loss does not count. */
    int NO_LABEL = -100;

    /** Returns how many of the labels the loss counts. */
    static int targets(int... labels) {
        int targets = 0;
        for (int label : labels) {
            targets += label == NO_LABEL ? 0 : 1;
        }
        return targets;
    }

    /** Returns D, the features of a token. */
    int width();

    /** Returns L, the number of blocks. */
    int depth();

    /** Returns the attention heads. */
    int heads();

    /** Returns the hidden features of the feed-forward part. */
    int mlpWidth();

    /** Returns T, the tokens of a sample: of every sample (ViT), or the most that a sample may have (LLaMA). */
    int tokens();

    /** Returns the rows of the classifier; 0 when there is none, or when the head gives a language model's words. */
    int classes();

    /** Returns the names of the classes in order, or nothing when they have none. */
    List<String> labels();

    /** Returns the tensors of the head, as {@code lora.trainHead} trains them; none when there is no head. */
    Map<String, long[]> headShapes();

    /** Returns how many values the head gives for one target: classes, or words; 0 without a head. */
    int outputs();

    /**
     * Returns whether every token has a label, some of them {@link #NO_LABEL}; otherwise every sample has one.
     */
    boolean labelsTokens();

    /** Returns whether the head gives the next word, so that the exponential of the loss is a perplexity. */
    default boolean givesWords() {
        return labelsTokens() && classes() == 0;
    }

    /**
     * Returns the same model with another classifier, whose weights the checkpoint does not have.
     *
     * @param newClasses at least 1
     * @param newLabels one per class, or empty
     */
    ModelConfig withClasses(int newClasses, List<String> newLabels);

    /**
     * Lists the frozen tensors of a part of the model by canonical names, in the order of the computation.
     *
     * @param range the part; its blocks must exist
     * @return canonical name to shape, ordered and unmodifiable; the lists of two halves, one after the other, are the
     *     list of the whole, but for a matrix that both embedding and head use, which both have
     */
    Map<String, long[]> tensorShapes(HalfRange range);

    /**
     * Checks that a part is one of this model.
     *
     * @throws IllegalArgumentException when it has blocks that do not exist
     */
    default void requireWithin(HalfRange range) {
        Check.require(range.toBlock() <= depth(), "The model has %s blocks; %s were asked for.", depth(), range);
        Check.require(
                !range.head() || range.toBlock() == depth(),
                "A part with the head ends at block %s: %s.",
                depth(),
                range);
    }

    /** Returns the shape as one line of JSON, which {@link #fromJson} reads. */
    default String toJson() {
        ObjectNode json = (ObjectNode) JsonFiles.toTree((Record) this);
        return json.put("architecture", this instanceof VitConfig ? "vit" : "llama")
                .toString();
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @param text from a file or a peer; not trusted
     * @param place where it comes from, for the message
     * @throws UserException when it is no such text
     */
    static ModelConfig fromJson(String text, String place) {
        ObjectNode json = (ObjectNode) JsonFiles.parse(text, place);
        JsonNode architecture = json.remove("architecture");
        Class<? extends Record> type =
                architecture != null && architecture.asText().equals("llama") ? LlamaConfig.class : VitConfig.class;
        return (ModelConfig) JsonFiles.toRecord(json, type, place);
    }
}
