package io.splittune.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.core.Check;
import java.util.List;
import java.util.Locale;

/** Makes the {@code config.json} of a LLaMA that has none yet, in the form that transformers 4 and 5 both read. */
final class LlamaConfigFile {
    private LlamaConfigFile() {}

    /**
     * Makes it.
     *
     * @param config the model; of the biases those of Hugging Face's LLaMA or Qwen2
     * @param type of the weights
     * @throws IllegalArgumentException when no model type of Hugging Face has these biases
     */
    static ObjectNode of(LlamaConfig config, SafetensorsType type) {
        boolean qwen2 = config.queryKeyValueBias() && !config.outputBias() && !config.mlpBias();
        Check.require(
                qwen2 || config.queryKeyValueBias() == config.outputBias(),
                "Hugging Face has no model with biases of queries, keys and values (%s) and of the output (%s).",
                config.queryKeyValueBias(),
                config.outputBias());
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putArray("architectures")
                .add((qwen2 ? "Qwen2" : "Llama")
                        + (config.classes() > 0 ? "ForSequenceClassification" : "ForCausalLM"));
        json.put("model_type", qwen2 ? "qwen2" : "llama")
                .put("vocab_size", config.vocabulary())
                .put("max_position_embeddings", config.tokens())
                .put("hidden_size", config.width())
                .put("num_hidden_layers", config.depth())
                .put("num_attention_heads", config.heads())
                .put("num_key_value_heads", config.keyValueHeads())
                .put("head_dim", config.headWidth())
                .put("intermediate_size", config.mlpWidth())
                .put("hidden_act", "silu")
                .put("rms_norm_eps", config.rmsNormEps())
                .put("tie_word_embeddings", config.tiedHead())
                .put("use_cache", true)
                .put("torch_dtype", torchName(type));
        if (!qwen2) {
            json.put("attention_bias", config.queryKeyValueBias()).put("mlp_bias", config.mlpBias());
        }
        putRope(json, config.rope());
        if (config.startToken() >= 0) {
            json.put("bos_token_id", config.startToken());
        } else {
            json.putNull("bos_token_id");
        }
        json.set("eos_token_id", endTokens(config.endTokens()));
        if (config.classes() > 0) {
            MergedConfig.putLabels(json, config);
        }
        return json;
    }

    private static String torchName(SafetensorsType type) {
        return switch (type) {
            case F32 -> "float32";
            case F16 -> "float16";
            case BF16 -> "bfloat16";
            default -> throw new IllegalArgumentException(type + " is no weight type.");
        };
    }

    private static void putRope(ObjectNode json, Rope rope) {
        json.put("rope_theta", rope.theta());
        if (rope.scaling() == Rope.Scaling.NONE) {
            json.putNull("rope_scaling");
            return;
        }
        ObjectNode scaling = json.putObject("rope_scaling")
                .put("rope_type", rope.scaling().name().toLowerCase(Locale.ROOT))
                .put("factor", rope.factor());
        if (rope.scaling() == Rope.Scaling.LLAMA3) {
            scaling.put("low_freq_factor", rope.lowFrequencyFactor())
                    .put("high_freq_factor", rope.highFrequencyFactor())
                    .put("original_max_position_embeddings", rope.originalTokens());
        }
    }

    private static JsonNode endTokens(List<Integer> tokens) {
        if (tokens.isEmpty()) {
            return JsonNodeFactory.instance.nullNode();
        }
        if (tokens.size() == 1) {
            return JsonNodeFactory.instance.numberNode(tokens.get(0));
        }
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        tokens.forEach(list::add);
        return list;
    }
}
