package io.splittune.cli.scenario;

import java.util.List;
import java.util.Optional;

/**
 * The data and how it is spread over the devices.
 *
 * @param format of the files
 * @param train file or folder
 * @param test file or folder
 * @param classes subset, relabelled in this order
 * @param trainLimit first so many samples
 * @param testLimit first so many samples
 * @param imageSize to resize to
 * @param augment random flips and crops
 * @param maxTokens of a text
 * @param packing whether texts share rows
 * @param lossOn which tokens of a text count
 * @param labelField of a jsonl record
 * @param deviceField of a jsonl record
 * @param partition over the devices
 * @param samplesPerDevice stands for data when only planning
 */
public record DataSection(
        @Key(
                value = "cifar10 | cifar100 | cifar100-coarse | idx | images | jsonl | text | builtin:NAME",
                oneOf = {"cifar10", "cifar100", "cifar100-coarse", "idx", "images", "jsonl", "text", "builtin:*"})
        Optional<String> format,

        @Key(value = "Training file or folder; not for built-in data.", file = true)
        Optional<String> train,

        @Key(value = "Test file or folder; not for built-in data.", file = true)
        Optional<String> test,

        @Key(value = "Only these classes, relabelled 0, 1, ... in this order.", min = 0)
        Optional<List<Integer>> classes,

        @Key(value = "Only the first so many training samples.", min = 1)
        Optional<Integer> trainLimit,

        @Key(value = "Only the first so many test samples.", min = 1)
        Optional<Integer> testLimit,

        @Key(
                value = "Images are resized to this width and height in pixels; the model's own size when left out.",
                min = 1)
        Optional<Integer> imageSize,

        @Key(value = "Random flips and crops of training images.", byDefault = "false")
        boolean augment,

        @Key(
                value =
                        "Longest row of tokens; a longer text is cut. Left out: 512, or the model's limit if that is less.",
                min = 2)
        Optional<Integer> maxTokens,

        @Key(
                value =
                        "Texts are joined and cut into rows of maxTokens, so that no place is empty; format text always is.",
                byDefault = "false")
        boolean packing,

        @Key(
                value =
                        "Tokens that the loss counts where a text has a prompt: of the completion (or of the assistant's"
                                + " turns), or all.",
                byDefault = "completion")
        LossOn lossOn,

        @Key("jsonl: the field with a text's class, for model.task classification or a partition by class.")
        Optional<String> labelField,

        @Key(value = "jsonl: the field with a text's device, for the partition by key.", byDefault = "device")
        String deviceField,

        @Key(value = "How training samples are spread over the devices.", byDefault = "{}")
        PartitionSection partition,

        @Key(value = "Stands for data when only planning: samples of each device.", min = 1)
        Optional<Integer> samplesPerDevice) {
    /** Which tokens the loss counts. */
    public enum LossOn {
        /** Those of completions. */
        COMPLETION,
        /** All. */
        ALL
    }
}
