package io.splittune.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.testing.LeakChecked;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which LLaMA checkpoints are read, and what is said of the others. */
@LeakChecked
class LlamaCheckpointTest {
    @TempDir
    private Path folder;

    private static LlamaConfig config(Path folder) {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            return (LlamaConfig) checkpoint.config();
        }
    }

    private Path copy(String variant) throws IOException {
        Path target = Files.createDirectories(folder.resolve(variant));
        for (String name : List.of("config.json", "generation_config.json", "model.safetensors")) {
            Path file = TinyLlama.path(variant).resolve(name);
            if (Files.exists(file)) {
                Files.copy(file, target.resolve(name));
            }
        }
        return target;
    }

    private static void edit(Path folder, Consumer<ObjectNode> change) throws IOException {
        GoldenFiles.edit(folder.resolve("config.json"), change);
    }

    private void refused(String variant, Consumer<ObjectNode> change, String... parts) throws IOException {
        Path target = copy(variant);
        edit(target, change);
        GoldenFiles.assertUserError(() -> config(target), parts);
    }

    @Test
    void configsOfTransformers5AreRead() {
        LlamaConfig llama = config(TinyLlama.path("llama3"));
        assertThat(llama.rope()).isEqualTo(new Rope(1000, Rope.Scaling.LLAMA3, 8, 1, 4, 32));
        assertThat(llama.tiedHead()).isTrue();
        assertThat(llama.keyValueHeads()).isEqualTo(2);
        assertThat(llama.startToken()).isEqualTo(1);
        assertThat(llama.endTokens()).containsExactly(2, 3);
        assertThat(llama.tokens()).isEqualTo(64);
        assertThat(llama.outputs()).isEqualTo(40);
        assertThat(config(TinyLlama.path("linear")).rope())
                .isEqualTo(new Rope(10_000, Rope.Scaling.LINEAR, 4, 0, 0, 0));
        LlamaConfig qwen = config(TinyLlama.path("qwen2"));
        assertThat(List.of(qwen.queryKeyValueBias(), qwen.outputBias(), qwen.mlpBias()))
                .containsExactly(true, false, false);
        LlamaConfig biases = config(TinyLlama.path("biases"));
        assertThat(List.of(biases.queryKeyValueBias(), biases.outputBias(), biases.mlpBias()))
                .containsOnly(true);
        assertThat(config(TinyLlama.path("wide-heads")).headWidth()).isEqualTo(6);
        assertThat(config(TinyLlama.path("classifier")).labels()).containsExactly("bad", "so so", "good");
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama2", "llama3", "linear", "qwen2"})
    void configsOfTransformers4AreTheSame(String variant) throws IOException {
        Path target = copy(variant);
        LlamaConfig modern = config(target);
        edit(target, json -> {
            ObjectNode rope = (ObjectNode) json.remove("rope_parameters");
            json.set("rope_theta", rope.remove("rope_theta"));
            json.set("rope_scaling", rope.path("rope_type").asText().equals("default") ? null : rope);
            json.put("torch_dtype", json.remove("dtype").asText());
        });
        assertThat(config(target)).isEqualTo(modern);
        if (variant.equals("linear")) {
            edit(target, json -> {
                ObjectNode scaling = (ObjectNode) json.path("rope_scaling");
                scaling.set("type", scaling.remove("rope_type"));
            });
            assertThat(config(target)).isEqualTo(modern);
        }
    }

    @Test
    void theGenerationConfigSaysWhatEndsAText() throws IOException {
        Path target = copy("llama2");
        edit(target, json -> json.put("eos_token_id", 7));
        assertThat(config(target).endTokens()).containsExactly(2, 3);
        Files.delete(target.resolve("generation_config.json"));
        assertThat(config(target).endTokens()).containsExactly(7);
        edit(target, json -> json.putNull("eos_token_id").putNull("bos_token_id"));
        assertThat(config(target).endTokens()).isEmpty();
        assertThat(config(target).startToken()).isEqualTo(-1);
        edit(target, json -> json.put("eos_token_id", "end"));
        GoldenFiles.assertUserError(() -> config(target), "eos_token_id is \"end\"");
    }

    @Test
    void aBodyWithoutPrefixHasTheSameTensors() throws IOException {
        Path target = copy("llama3");
        String before = hash(target);
        GoldenFiles.editTensors(target.resolve("model.safetensors"), tensors -> {
            Map<String, FloatArray> bare = new LinkedHashMap<>();
            tensors.forEach((name, value) -> bare.put(name.replaceFirst("^model\\.", ""), value));
            bare.put("layers.0.self_attn.rotary_emb.inv_freq", FloatArray.zeros(2));
            tensors.clear();
            tensors.putAll(bare);
        });
        assertThat(hash(target)).isEqualTo(before);
        edit(target, json -> json.put("tie_word_embeddings", false));
        GoldenFiles.assertUserError(() -> config(target), "lack lm_head.weight", "tie_word_embeddings is false");
        edit(target, json -> json.remove("tie_word_embeddings"));
        assertThat(config(target).tiedHead()).isTrue();
    }

    private static String hash(Path folder) {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            return checkpoint.contentHash(HalfRange.whole(2));
        }
    }

    @Test
    void aTiedModelListsItsMatrixOnceAndIgnoresACopyOfIt() throws IOException {
        Path target = copy("llama3");
        GoldenFiles.editTensors(
                target.resolve("model.safetensors"),
                tensors -> tensors.put("lm_head.weight", tensors.get("model.embed_tokens.weight")));
        try (Checkpoint checkpoint = Checkpoint.open(target)) {
            assertThat(checkpoint.names()).contains("model.embed_tokens.weight").doesNotContain("lm_head.weight");
            assertThat(checkpoint.config().tensorShapes(HalfRange.server(1, 2)))
                    .containsKey("model.embed_tokens.weight");
        }
    }

    @ParameterizedTest
    @CsvSource({"llama3, 0", "llama3, 1", "llama3, 2", "qwen2, 1"})
    void halfFilesHoldTheirTensorsAndSayHowManyBlocks(String variant, int cut) throws IOException {
        for (HalfRange range : List.of(HalfRange.device(cut), HalfRange.server(cut, 2))) {
            Path file = folder.resolve("half-" + range.head());
            try (Checkpoint whole = Checkpoint.open(TinyLlama.path(variant))) {
                assertThat(whole.blocks()).isEqualTo(2);
                try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                    whole.writeHalf(range, out);
                }
                assertThat(Files.size(file)).isEqualTo(whole.halfBytes(range));
                try (Checkpoint half = Checkpoint.openHalf(file)) {
                    assertThat(half.blocks()).isEqualTo(range.blocks());
                    assertThat(half.config()).isEqualTo(whole.config());
                    assertThat(half.contentHash(range)).isEqualTo(whole.contentHash(range));
                    try (TransformerHalf loaded = TransformerHalf.load(half, half.config(), range, Precision.FP32)) {
                        assertThat(loaded.weights().tensors().keySet())
                                .isEqualTo(half.config().tensorShapes(range).keySet());
                    }
                }
            }
        }
    }

    @Test
    void largeTensorsAreReadInPieces() throws IOException {
        Path target = copy("llama2");
        FloatArray large = TinyModel.random("large", 0, 1, 150_000, 16); // 9.6 MB: three pieces
        GoldenFiles.editTensors(target.resolve("model.safetensors"), tensors -> {
            tensors.put("model.embed_tokens.weight", large);
            tensors.put("lm_head.weight", large);
        });
        edit(target, json -> json.put("vocab_size", 150_000));
        try (Checkpoint checkpoint = Checkpoint.open(target);
                TensorScope scope = TensorScope.open("read")) {
            Tensor exact = checkpoint.read("lm_head.weight", Precision.FP32.dtype());
            assertThat(TinyModel.values(exact)).isEqualTo(large);
            assertThat(checkpoint.readFloats("lm_head.weight")).isEqualTo(large);
            long before = scope.liveBytes();
            Tensor half = checkpoint.read("lm_head.weight", Precision.BF16.dtype());
            assertThat(TinyModel.values(half)).isEqualTo(TinyModel.values(exact.to(Precision.BF16.dtype())));
            assertThat(scope.peakBytes() - before).isLessThan(3L * half.bytes());
        }
    }

    @Test
    void whatComputesOtherwiseIsRefusedInOneLine() throws IOException {
        refused(
                "llama2",
                json -> json.put("model_type", "gemma2"),
                "'gemma2' is not supported",
                "llama, qwen2 or mistral");
        refused("llama3", json -> json.put("hidden_act", "gelu"), "hidden_act 'gelu'", "only 'silu'");
        refused("qwen2", json -> json.putObject("quantization_config"), "quantised");
        refused("mistral", json -> json.put("sliding_window", 16), "sliding_window is 16");
        refused("linear", json -> json.put("num_hidden_layers", 3), "lack model.layers.2.input_layernorm.weight");
        refused("biases", json -> json.put("mlp_bias", false), "model.layers.0.mlp.down_proj.bias and 5 more");
        refused("classifier", json -> json.put("hidden_size", 32), "has shape [40, 16]", "needs [40, 32]");
        refused("wide-heads", json -> json.put("head_dim", 4), "q_proj.weight has shape [24, 16]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"yarn", "dynamic", "longrope"})
    void otherScalingsOfRotaryPositionsAreRefused(String type) throws IOException {
        refused(
                "llama2",
                json -> json.putObject("rope_parameters").put("rope_type", type).put("factor", 2),
                "rope_type '" + type + "' is not supported",
                "'default', 'linear' and 'llama3'");
    }

    @Test
    void unusedSlidingWindowsAreNoReasonToRefuse() throws IOException {
        Path mistral = copy("mistral");
        edit(mistral, json -> json.put("sliding_window", 64));
        assertThat(config(mistral).tokens()).isEqualTo(64);
        Path qwen = copy("qwen2");
        edit(qwen, json -> json.put("sliding_window", 16));
        assertThat(config(qwen).tokens()).isEqualTo(64);
        edit(qwen, json -> json.put("use_sliding_window", true));
        GoldenFiles.assertUserError(() -> config(qwen), "sliding_window is 16");
    }
}
