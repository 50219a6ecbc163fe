package io.splittune.training.data;

import io.splittune.core.Check;
import java.util.List;
import java.util.Optional;

/**
 * How texts become samples.
 *
 * @param maxTokens the most tokens of a sample, at least 2; the model's context or less
 * @param packing whether samples are put one after the other and cut in rows of exactly {@code maxTokens}; the rows mix
 *     neither files nor labels nor devices
 * @param lossOn what the model learns
 * @param labelField the field of a line that holds its class; needed for {@link LossOn#LABEL}, otherwise for the
 *     partition alone
 * @param deviceField the field of a line that says which device it belongs to
 * @param labels the classes in order, where they are known in advance; else the sorted values that occur
 */
public record TextOptions(
        int maxTokens,
        boolean packing,
        LossOn lossOn,
        Optional<String> labelField,
        Optional<String> deviceField,
        Optional<List<String>> labels) {

    /** What the loss counts. */
    public enum LossOn {
        /** The completion after its prompt, the assistant's turns of a conversation, all of a plain text. */
        COMPLETION,
        /** Every token. */
        ALL,
        /** The class of the text, at its last token. */
        LABEL
    }

    /** Copies the list. */
    public TextOptions {
        Check.inRange(maxTokens, 2, 1 << 20, "maxTokens");
        labels = labels.map(List::copyOf);
        Check.require(lossOn != LossOn.LABEL || labelField.isPresent(), "A classifier needs labelField.");
        Check.require(lossOn != LossOn.LABEL || !packing, "A classifier's samples cannot be packed.");
    }

    /** Options of language modelling without labels, devices or packing. */
    public static TextOptions of(int maxTokens) {
        return new TextOptions(
                maxTokens, false, LossOn.COMPLETION, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Returns the same options with the classes of another data set, so that both number them alike. */
    public TextOptions withLabels(List<String> known) {
        return new TextOptions(maxTokens, packing, lossOn, labelField, deviceField, Optional.of(known));
    }

    /** Returns the same options, with or without packing. */
    public TextOptions withPacking(boolean packed) {
        return new TextOptions(maxTokens, packed, lossOn, labelField, deviceField, labels);
    }

    /** Returns the same options with another loss. */
    public TextOptions withLossOn(LossOn loss) {
        return new TextOptions(maxTokens, packing, loss, labelField, deviceField, labels);
    }
}
