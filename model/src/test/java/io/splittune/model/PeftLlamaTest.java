package io.splittune.model;

import static io.splittune.model.GoldenFiles.assertUserError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapters of language models, against what {@code tools/golden/peft_llama.py} recorded of peft. */
class PeftLlamaTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden-peft");
    private static final LlamaConfig TINY = tiny(3, 16, 40, false);

    @TempDir
    private Path folder;

    static LlamaConfig tiny(int depth, int width, int vocabulary, boolean tied) {
        return new LlamaConfig(
                vocabulary,
                32,
                width,
                depth,
                4,
                2,
                4,
                24,
                1e-6,
                Rope.of(10000),
                false,
                false,
                false,
                tied,
                0,
                List.of(),
                1,
                List.of(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "patterns", "layers", "blocks", "rslora", "head", "tied-head", "classes"})
    void whatPeftWroteGivesTheWeightsThatPeftMerges(String name) {
        LlamaConfig config = tiny(3, 16, 40, name.startsWith("tied"));
        PeftAdapter.Loaded loaded = PeftAdapter.read(GOLDEN.resolve(name), config);
        Map<String, FloatArray> base = GoldenFiles.tensors(
                GOLDEN.resolve(config.tiedHead() ? "llama-tied" : "llama").resolve("model.safetensors"));
        Map<String, FloatArray> expected = new LinkedHashMap<>();
        GoldenFiles.tensors(GOLDEN.resolve("expected.safetensors")).forEach((key, value) -> {
            if (key.startsWith(name + ".merged.")) {
                expected.put(key.substring((name + ".merged.").length()), value);
            }
        });
        assertThat(expected).isNotEmpty();
        loaded.config().tensorShapes(HalfRange.whole(3)).keySet().forEach(tensor -> {
            FloatArray merged = merged(loaded, base, tensor);
            assertNear(merged, expected.getOrDefault(tensor, merged), tensor);
            assertThat(merged.equals(base.get(tensor))).as(tensor).isEqualTo(!expected.containsKey(tensor));
        });
        if (config.tiedHead()) {
            assertThat(loaded.state().get("lm_head.weight")).isEqualTo(expected.get("lm_head.weight"));
        }
    }

    private static FloatArray merged(PeftAdapter.Loaded loaded, Map<String, FloatArray> base, String tensor) {
        String module = tensor.replaceFirst("\\.weight$", "");
        Map<String, FloatArray> state = loaded.state().tensors();
        if (state.containsKey(tensor)) {
            return state.get(tensor);
        }
        FloatArray a = state.get(module + ".lora_A");
        FloatArray b = state.get(module + ".lora_B");
        return a == null || b == null
                ? base.get(tensor)
                : MergedExport.merge(base.get(tensor), a, b, loaded.lora().scale());
    }

    private static void assertNear(FloatArray actual, FloatArray expected, String what) {
        assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
        for (int i = 0; i < actual.size(); i++) {
            // Sums of at most 5 products of numbers near 1.
            assertThat(actual.get(i)).as(what).isCloseTo(expected.get(i), within(2e-6f));
        }
    }

    @Test
    void ranksAndScalesOfPatternsBecomeOneRankAndOneScale() {
        PeftAdapter.Loaded loaded = PeftAdapter.read(GOLDEN.resolve("patterns"), TINY);
        assertThat(loaded.lora())
                .isEqualTo(new LoraConfig(
                        5,
                        10,
                        0,
                        EnumSet.of(LoraTarget.Q_PROJ, LoraTarget.V_PROJ, LoraTarget.UP_PROJ, LoraTarget.DOWN_PROJ),
                        false));
        Map<String, FloatArray> raw = GoldenFiles.tensors(GOLDEN.resolve("patterns/adapter_model.safetensors"));
        FloatArray a = loaded.state().get("model.layers.0.self_attn.v_proj.lora_A");
        FloatArray rawA = raw.get("base_model.model.model.layers.0.self_attn.v_proj.lora_A.weight");
        FloatArray b = loaded.state().get("model.layers.0.self_attn.v_proj.lora_B");
        FloatArray rawB = raw.get("base_model.model.model.layers.0.self_attn.v_proj.lora_B.weight");
        for (int i = 0; i < a.size(); i++) {
            assertThat(a.get(i)).isEqualTo(i < rawA.size() ? rawA.get(i) : 0);
        }
        for (int i = 0; i < b.size(); i++) {
            // Its own scale is 16 / 2, the common one 4 / 2.
            assertThat(b.get(i)).isEqualTo(i % 5 < 2 ? 4 * rawB.get(i / 5 * 2 + i % 5) : 0);
        }
    }

    @Test
    void oneScaleForAllStaysThatOfTheFile() {
        assertThat(PeftAdapter.read(GOLDEN.resolve("plain"), TINY).lora())
                .isEqualTo(new LoraConfig(4, 8, 0.1, EnumSet.of(LoraTarget.Q_PROJ, LoraTarget.V_PROJ), false));
        assertThat(PeftAdapter.read(GOLDEN.resolve("rslora"), TINY).lora().scale())
                .isEqualTo(2);
    }

    @Test
    void aBlockWithoutAPairGetsZeros() {
        PeftAdapter.Loaded loaded = PeftAdapter.read(GOLDEN.resolve("layers"), TINY);
        assertThat(loaded.state().tensors())
                .hasSize(3 * 2 * 2)
                .containsEntry("model.layers.0.mlp.gate_proj.lora_A", FloatArray.zeros(2, 16))
                .containsEntry("model.layers.2.self_attn.q_proj.lora_B", FloatArray.zeros(16, 2));
        assertThat(loaded.state().get("model.layers.1.mlp.gate_proj.lora_A")).isNotEqualTo(FloatArray.zeros(2, 16));
    }

    @Test
    void halfPrecisionFilesAreRead() {
        FloatArray full =
                PeftAdapter.read(GOLDEN.resolve("plain"), TINY).state().get("model.layers.1.self_attn.q_proj.lora_B");
        FloatArray half = PeftAdapter.read(GOLDEN.resolve("plain-bf16"), TINY)
                .state()
                .get("model.layers.1.self_attn.q_proj.lora_B");
        assertThat(half).isNotEqualTo(full);
        for (int i = 0; i < full.size(); i++) {
            assertThat(half.get(i)).isCloseTo(full.get(i), within(Math.abs(full.get(i)) / 256));
        }
    }

    @Test
    void heldHeadsMakeTheModelTheirs() {
        PeftAdapter.Loaded classes = PeftAdapter.read(GOLDEN.resolve("classes"), TINY);
        assertThat(classes.config()).isEqualTo(TINY.withClasses(3, List.of()));
        assertThat(classes.lora().trainHead()).isTrue();
        LlamaConfig named = TINY.withClasses(3, List.of("a", "b", "c"));
        assertThat(PeftAdapter.read(GOLDEN.resolve("classes"), named).config()).isEqualTo(named);
        PeftAdapter.Loaded words = PeftAdapter.read(GOLDEN.resolve("head"), TINY);
        assertThat(words.config()).isEqualTo(TINY);
        assertThat(words.state().get("lm_head.weight").shape()).containsExactly(40, 16);
        assertUserError(
                () -> PeftAdapter.read(GOLDEN.resolve("head"), named), "has a head for words (lm_head)", "classifier");
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "patterns", "layers", "blocks", "rslora", "head", "tied-head", "classes"})
    void whatWasReadIsWrittenAndReadAgainUnchanged(String name) throws IOException {
        LlamaConfig config = tiny(3, 16, 40, name.startsWith("tied"));
        PeftAdapter.Loaded loaded = PeftAdapter.read(GOLDEN.resolve(name), config);
        write(loaded);
        assertThat(PeftAdapter.read(folder, config)).isEqualTo(loaded);
    }

    @Test
    void writesWhatPeftWrote() throws IOException {
        for (String name : List.of("plain", "head", "classes")) {
            write(PeftAdapter.read(GOLDEN.resolve(name), TINY));
            assertThat(GoldenFiles.tensors(folder.resolve("adapter_model.safetensors")))
                    .isEqualTo(GoldenFiles.tensors(GOLDEN.resolve(name).resolve("adapter_model.safetensors")));
            JsonNode ours = JsonFiles.read(folder.resolve("adapter_config.json"));
            JsonNode theirs = JsonFiles.read(GOLDEN.resolve(name).resolve("adapter_config.json"));
            ours.properties().forEach(entry -> {
                if (!Set.of("target_modules", "base_model_name_or_path", "modules_to_save")
                        .contains(entry.getKey())) {
                    assertThat(entry.getValue()).as(entry.getKey()).isEqualTo(theirs.path(entry.getKey()));
                }
            });
            assertThat(ours.path("target_modules")).containsExactlyInAnyOrderElementsOf(theirs.path("target_modules"));
            assertThat(ours.path("modules_to_save").path(0).asText())
                    .isEqualTo(Map.of("plain", "", "head", "lm_head", "classes", "score")
                            .get(name));
        }
    }

    @Test
    void aClassifierWhoseHeadStayedFixedHasNoTask() throws IOException {
        LlamaConfig config = TINY.withClasses(3, List.of());
        LoraConfig lora = new LoraConfig(2, 4, 0, EnumSet.of(LoraTarget.UP_PROJ), false);
        write(new PeftAdapter.Loaded(lora, PeftAdapterTest.random(lora, config), config));
        assertThat(JsonFiles.read(folder.resolve("adapter_config.json"))
                        .path("task_type")
                        .isNull())
                .isTrue();
        LoraConfig head = new LoraConfig(2, 4, 0, EnumSet.noneOf(LoraTarget.class), true);
        write(new PeftAdapter.Loaded(head, PeftAdapterTest.random(head, config), config));
        assertThat(JsonFiles.read(folder.resolve("adapter_config.json"))
                        .path("target_modules")
                        .asText())
                .isEqualTo("dummy-target-modules");
        assertThat(PeftAdapter.read(folder, TINY).config().classes()).isEqualTo(3);
    }

    @Test
    void adaptersOfOtherModelsAreRefused() throws IOException {
        String named = "was the adapter made for another model? It names 'somewhere/tiny'.";
        Path plain = GOLDEN.resolve("plain");
        assertUserError(
                () -> PeftAdapter.read(plain, tiny(2, 16, 40, false)),
                "has model.layers.2.self_attn.q_proj.lora_A.weight and 3 more tensors",
                "(2 blocks of width 16)",
                named);
        assertUserError(
                () -> PeftAdapter.read(plain, tiny(4, 16, 40, false)),
                "lacks model.layers.3.self_attn.q_proj, which its target_modules name (the model has 4 blocks)",
                named);
        assertUserError(
                () -> PeftAdapter.read(plain, tiny(3, 20, 40, false)),
                "model.layers.0.self_attn.q_proj.lora_A.weight has shape [4, 16], the model needs [4, 20]",
                named);
        assertUserError(
                () -> PeftAdapter.read(GOLDEN.resolve("head"), tiny(3, 16, 48, false)),
                "lm_head.weight has shape [40, 16], the model needs [48, 16]",
                named);
        assertUserError(
                () -> PeftAdapter.read(plain, PeftAdapterTest.config("hf")),
                "which is of a language model; the model is a vision transformer",
                named);
        assertUserError(
                () -> PeftAdapter.read(GOLDEN.resolve("vit-patterns"), TINY), "has classifier.", "a LLaMA", named);
    }

    @Test
    void whatIsNoPlainAdapterIsRefusedInOneLine() throws IOException {
        Map<Consumer<ObjectNode>, String> refusals = new LinkedHashMap<>();
        refusals.put(json -> json.put("use_dora", true), "use_dora is not supported");
        refusals.put(json -> json.put("peft_type", "LOHA"), "peft_type is \"LOHA\", only LORA");
        refusals.put(json -> json.put("bias", "lora_only"), "bias is \"lora_only\"");
        refusals.put(
                json -> json.put("init_lora_weights", "pissa_niter_4"), "path_initial_model_for_weight_conversion");
        refusals.put(json -> json.putArray("trainable_token_indices").add(3), "rows of the token embedding");
        refusals.put(
                json -> json.putArray("modules_to_save").add("embed_tokens"), "modules_to_save has 'embed_tokens'");
        refusals.put(json -> json.putArray("target_parameters").add("x"), "target_parameters is not supported");
        refusals.put(json -> json.putArray("layer_replication").addArray().add(0), "layer_replication is not");
        refusals.put(json -> json.putObject("kasa_config"), "kasa_config is not supported");
        refusals.put(json -> json.putObject("rank_pattern").put("q_proj", 0), "rank_pattern has 0");
        refusals.put(json -> json.putObject("alpha_pattern").put("q_proj", -1), "alpha_pattern has -1");
        refusals.put(json -> json.putObject("alpha_pattern").put("q_proj(", 1), "'(.*\\.)?(q_proj()' is no regular");
        refusals.put(json -> json.put("target_modules", "(["), "target_modules in ");
        refusals.put(json -> json.putArray("target_modules").add(1), "a list of texts is needed");
        refusals.put(json -> json.putObject("rank_pattern").put("q_proj", 3), "gives it rank 3");
        Path copy = copy("plain");
        Path file = copy.resolve("adapter_config.json");
        String original = Files.readString(file);
        for (Map.Entry<Consumer<ObjectNode>, String> refusal : refusals.entrySet()) {
            Files.writeString(file, original);
            GoldenFiles.edit(file, refusal.getKey());
            assertUserError(() -> PeftAdapter.read(copy, TINY), "plain", refusal.getValue());
        }
    }

    @Test
    void tensorsThatAreNoPairsOfTheBlocksAreRefusedInOneLine() throws IOException {
        Map<String, String> refusals = new LinkedHashMap<>();
        refusals.put("model.embed_tokens.lora_embedding_A", "a changed token embedding is not supported");
        refusals.put("model.embed_tokens.weight", "a changed token embedding is not supported");
        refusals.put("lm_head.lora_A.weight", "a language model's head has no low-rank pair");
        refusals.put("model.layers.0.self_attn.q_proj.lora_A.default.weight", "which the model does not use");
        refusals.put("score.bias", "has score.bias, which the model does not use");
        for (Map.Entry<String, String> refusal : refusals.entrySet()) {
            Path copy = copy("plain");
            GoldenFiles.editTensors(
                    copy.resolve("adapter_model.safetensors"),
                    tensors -> tensors.put("base_model.model." + refusal.getKey(), FloatArray.zeros(2, 16)));
            assertUserError(() -> PeftAdapter.read(copy, TINY), refusal.getKey(), refusal.getValue());
        }
        Path copy = copy("plain");
        GoldenFiles.editTensors(
                copy.resolve("adapter_model.safetensors"),
                tensors -> tensors.put("base_model.model.model.norm.weight", FloatArray.zeros(16)));
        GoldenFiles.edit(
                copy.resolve("adapter_config.json"),
                json -> json.putArray("modules_to_save").add("norm"));
        assertUserError(() -> PeftAdapter.read(copy, TINY), "modules_to_save has 'norm'; only a head");
        Files.move(copy.resolve("adapter_model.safetensors"), copy.resolve("adapter_model.bin"));
        assertUserError(
                () -> PeftAdapter.read(copy, TINY), "has adapter_model.bin, which cannot be read; load it with peft");
    }

    @Test
    void anAdapterOfTheBodyAloneIsRead() throws IOException {
        Path copy = copy("plain");
        GoldenFiles.editTensors(copy.resolve("adapter_model.safetensors"), tensors -> {
            for (String name : List.copyOf(tensors.keySet())) {
                tensors.put(name.replace("base_model.model.model.", "base_model.model."), tensors.remove(name));
            }
        });
        assertThat(PeftAdapter.read(copy, TINY)).isEqualTo(PeftAdapter.read(GOLDEN.resolve("plain"), TINY));
    }

    private Path copy(String name) throws IOException {
        Path target = Files.createDirectories(folder.resolve(name));
        try (Stream<Path> old = Files.list(target)) {
            for (Path file : old.toList()) {
                Files.delete(file);
            }
        }
        try (Stream<Path> files = Files.list(GOLDEN.resolve(name))) {
            for (Path file : files.toList()) {
                Files.copy(file, target.resolve(file.getFileName()));
            }
        }
        return target;
    }

    private void write(PeftAdapter.Loaded adapter) throws IOException {
        PeftAdapter.write(
                folder,
                adapter.state(),
                adapter.lora(),
                adapter.config(),
                List.of(PeftNames.LLAMA),
                Path.of("somewhere/tiny"));
    }
}
