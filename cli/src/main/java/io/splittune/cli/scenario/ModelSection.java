package io.splittune.cli.scenario;

import java.util.Optional;

/**
 * The model.
 *
 * @param checkpoint weights to fine-tune
 * @param task what a language model is trained for
 * @param precision of the frozen weights and the compute
 * @param shape a built-in shape, for planning without weights
 * @param classes of a built-in shape
 * @param sequenceLength of a built-in language model's shape
 */
public record ModelSection(
        @Key(
                value =
                        "builtin:vit-mini, builtin:lm-mini, or a folder with config.json and *.safetensors as Hugging Face or timm write it.",
                file = true)
        Optional<String> checkpoint,

        @Key(
                value = "What a language model is trained for: the next token, or the class in data.labelField.",
                byDefault = "language")
        Task task,

        @Key(value = "Number format of the frozen weights and the computation.", byDefault = "fp32")
        PrecisionName precision,

        @Key(
                value = "A built-in shape, for planning without weights; instead of checkpoint.",
                oneOf = {"vit-b16", "vit-b32", "vit-l16", "vit-l32", "vit-ti16", "llama-3.2-1b", "llama-3.2-1b-32slices"
                })
        Optional<String> shape,

        @Key(value = "Number of classes of a built-in shape.", byDefault = "100", min = 1, when = "shape=*")
        Optional<Integer> classes,

        @Key(
                value = "Tokens of a sample, for the shape of a language model.",
                byDefault = "512",
                min = 1,
                when = "shape=llama-3.2-1b|llama-3.2-1b-32slices")
        Optional<Integer> sequenceLength) {
    /** What a language model is trained for. */
    public enum Task {
        /** The next token. */
        LANGUAGE,
        /** The class of a text. */
        CLASSIFICATION
    }
}
