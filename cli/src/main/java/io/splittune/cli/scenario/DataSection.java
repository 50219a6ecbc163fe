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

        @Key(value = "How training samples are spread over the devices.", byDefault = "{}")
        PartitionSection partition,

        @Key(value = "Stands for data when only planning: samples of each device.", min = 1)
        Optional<Integer> samplesPerDevice) {}
