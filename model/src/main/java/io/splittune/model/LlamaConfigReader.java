package io.splittune.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.splittune.core.UserException;
import io.splittune.model.ModelConfigReader.Family;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Makes a {@link LlamaConfig} of Hugging Face's {@code config.json} of LLaMA, Qwen2 or Mistral, as transformers 4 and 5
 * write it. What is missing there has the value that transformers gives it.
 */
final class LlamaConfigReader {
    private static final double DEFAULT_EPS = 1e-6;
    private static final double DEFAULT_THETA = 10_000;

    private final Family family;
    private final JsonNode json;
    private final JsonNode generation;
    private final TensorNames names;
    private final Map<String, long[]> shapes;
    private final String place;

    /**
     * Prepares.
     *
     * @param family LLAMA, QWEN2 or MISTRAL
     * @param json config.json
     * @param generation generation_config.json, or a missing node
     * @param names how the tensors are named
     * @param shapes the tensors' shapes by their own names
     * @param place config.json's path, for messages
     */
    LlamaConfigReader(
            Family family,
            JsonNode json,
            JsonNode generation,
            TensorNames names,
            Map<String, long[]> shapes,
            String place) {
        this.family = family;
        this.json = json;
        this.generation = generation;
        this.names = names;
        this.shapes = shapes;
        this.place = place;
    }

    /** Reads the model. */
    LlamaConfig read() {
        refuseWhatComputesOtherwise();
        int width = required("hidden_size");
        int depth = required("num_hidden_layers");
        if (depth > shapes.size()) {
            throw new UserException(
                    place + ": num_hidden_layers is " + depth + ", the weights have " + shapes.size() + " tensors.");
        }
        int heads = required("num_attention_heads");
        int tokens = integer("max_position_embeddings").orElse(defaultTokens());
        refuseSlidingWindow(tokens);
        boolean bias = family == Family.LLAMA && JsonFiles.truth(json, "attention_bias", false, place);
        int classes = classes();
        try {
            return new LlamaConfig(
                    required("vocab_size"),
                    tokens,
                    width,
                    depth,
                    heads,
                    integer("num_key_value_heads").orElse(defaultKeyValueHeads(heads)),
                    integer("head_dim").orElse(width / Math.max(1, heads)),
                    required("intermediate_size"),
                    JsonFiles.number(json, "rms_norm_eps", place).orElse(DEFAULT_EPS),
                    rope(tokens),
                    bias || family == Family.QWEN2,
                    bias,
                    family == Family.LLAMA && JsonFiles.truth(json, "mlp_bias", false, place),
                    tied(),
                    classes,
                    ModelConfigReader.labels(json, classes),
                    startToken(),
                    endTokens());
        } catch (IllegalArgumentException e) {
            throw new UserException(place + ": " + e.getMessage(), e);
        }
    }

    private void refuseWhatComputesOtherwise() {
        String activation = json.path("hidden_act").asText("silu");
        if (!activation.equals("silu")) {
            throw new UserException(place + ": hidden_act '" + ModelConfigReader.shortened(activation)
                    + "' is not supported; only 'silu' is.");
        }
        if (json.hasNonNull("quantization_config")) {
            throw new UserException(place + ": quantization_config says that the weights are quantised, which is not"
                    + " supported; use the checkpoint in F32, F16 or BF16.");
        }
    }

    private void refuseSlidingWindow(int tokens) {
        boolean unused = family == Family.LLAMA
                || (family == Family.QWEN2 && !JsonFiles.truth(json, "use_sliding_window", false, place));
        OptionalInt window = integer("sliding_window");
        if (!unused && window.isPresent() && window.getAsInt() < tokens) {
            throw new UserException(place + ": sliding_window is " + window.getAsInt()
                    + ", attention over a window is not supported; only null is.");
        }
        for (JsonNode type : json.path("layer_types")) {
            if (!type.asText().equals("full_attention")) {
                throw new UserException(place + ": layer_types has '" + ModelConfigReader.shortened(type.asText())
                        + "', which is not supported; only 'full_attention' is.");
            }
        }
    }

    private int defaultTokens() {
        return switch (family) {
            case QWEN2 -> 32_768;
            case MISTRAL -> 131_072;
            default -> 2048;
        };
    }

    private int defaultKeyValueHeads(int heads) {
        return switch (family) {
            case QWEN2 -> 32;
            case MISTRAL -> 8;
            default -> heads;
        };
    }

    /** transformers 4 writes rope_theta and rope_scaling, transformers 5 both as rope_parameters. */
    private Rope rope(int tokens) {
        JsonNode parameters = json.path("rope_parameters");
        JsonNode scaling = parameters.isObject() ? parameters : json.path("rope_scaling");
        double theta = JsonFiles.number(scaling, "rope_theta", place)
                .orElse(JsonFiles.number(json, "rope_theta", place).orElse(DEFAULT_THETA));
        for (JsonNode partial : List.of(scaling.path("partial_rotary_factor"), json.path("partial_rotary_factor"))) {
            if (partial.isNumber() && partial.doubleValue() != 1) {
                throw new UserException(place + ": partial_rotary_factor is " + JsonFiles.shown(partial)
                        + ", which is not supported; only 1 is.");
            }
        }
        String type = scaling.path("rope_type").asText(scaling.path("type").asText("default"));
        return switch (type) {
            case "default" -> Rope.of(theta);
            case "linear" -> new Rope(theta, Rope.Scaling.LINEAR, number(scaling, "factor"), 0, 0, 0);
            case "llama3" ->
                new Rope(
                        theta,
                        Rope.Scaling.LLAMA3,
                        number(scaling, "factor"),
                        number(scaling, "low_freq_factor"),
                        number(scaling, "high_freq_factor"),
                        JsonFiles.integer(scaling, "original_max_position_embeddings", place)
                                .orElse(tokens));
            default ->
                throw new UserException(place + ": rope_type '" + ModelConfigReader.shortened(type)
                        + "' is not supported; 'default', 'linear' and 'llama3' are.");
        };
    }

    /** A file without a head of its own is that of a tied model, unless it says otherwise. */
    private boolean tied() {
        boolean head = shapes.containsKey(
                names.tensors(LlamaConfig.WORD_HEAD + ".weight").get(0));
        boolean tied = JsonFiles.truth(json, "tie_word_embeddings", !head, place);
        if (!tied && !head && classes() == 0) {
            throw new UserException(
                    place + ": the weights lack lm_head.weight and tie_word_embeddings is false: this is"
                            + " a body without a head; save the model as LlamaForCausalLM does.");
        }
        return tied;
    }

    private int classes() {
        long[] shape =
                shapes.get(names.tensors(LlamaConfig.CLASS_HEAD + ".weight").get(0));
        if (shape == null) {
            return 0;
        }
        if (shape.length != 2 || shape[0] < 1 || shape[0] > 1 << 20) {
            throw new UserException(place + ": " + LlamaConfig.CLASS_HEAD + ".weight is no classifier's matrix; "
                    + ModelConfigReader.SUPPORTED + ".");
        }
        return (int) shape[0];
    }

    private int startToken() {
        return integer("bos_token_id")
                .orElse(JsonFiles.integer(generation, "bos_token_id", place).orElse(-1));
    }

    /** The list that generation uses is the longer one: LLaMA 3's chat models end a turn with another token. */
    private List<Integer> endTokens() {
        JsonNode stated =
                generation.hasNonNull("eos_token_id") ? generation.path("eos_token_id") : json.path("eos_token_id");
        List<Integer> tokens = new ArrayList<>();
        for (JsonNode token : stated.isArray() ? stated : List.of(stated)) {
            if (token.isInt()) {
                tokens.add(token.intValue());
            } else if (!token.isNull() && !token.isMissingNode()) {
                throw new UserException(place + ": eos_token_id is " + JsonFiles.shown(stated)
                        + ", a whole number or a list of them is needed.");
            }
        }
        return tokens;
    }

    private double number(JsonNode object, String key) {
        return JsonFiles.number(object, key, place)
                .orElseThrow(() -> new UserException(place + ": its rope parameters lack " + key + "."));
    }

    private OptionalInt integer(String key) {
        return JsonFiles.integer(json, key, place);
    }

    private int required(String key) {
        return integer(key).orElseThrow(() -> new UserException(place + ": lacks " + key + "."));
    }
}
