package io.splittune.model;

import static io.splittune.model.GoldenFiles.assertUserError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeftAdapterTest {
    private static final String QUERY = "base_model.model.vit.layers.1.attention.q_proj.";
    private static final String VALUE = "base_model.model.vit.layers.1.attention.v_proj.";

    @TempDir
    private Path folder;

    @Test
    void readsWhatPeftWroteForTimm() {
        PeftAdapter.Loaded loaded = PeftAdapter.read(GoldenFiles.path("peft-timm"), config("timm"));
        assertThat(loaded.lora())
                .isEqualTo(new LoraConfig(
                        4,
                        8,
                        0,
                        EnumSet.of(
                                LoraTarget.QKV,
                                LoraTarget.PROJ,
                                LoraTarget.FC1,
                                LoraTarget.FC2,
                                LoraTarget.PATCH_EMBED),
                        true));
        Map<String, FloatArray> raw = GoldenFiles.tensors(GoldenFiles.path("peft-timm/adapter_model.safetensors"));
        assertThat(loaded.state().tensors()).hasSameSizeAs(raw.keySet());
        assertThat(loaded.state().get("blocks.1.attn.qkv.lora_B"))
                .isEqualTo(raw.get("base_model.model.blocks.1.attn.qkv.lora_B.weight"));
        assertThat(loaded.state().get("patch_embed.proj.lora_A"))
                .isEqualTo(raw.get("base_model.model.patch_embed.proj.lora_A.weight")
                        .reshape(4, 48));
        assertThat(loaded.state().get("head.bias")).isEqualTo(raw.get("base_model.model.head.bias"));
    }

    @Test
    void writesForTimmWhatPeftWrote() throws IOException {
        PeftAdapter.Loaded loaded = PeftAdapter.read(GoldenFiles.path("peft-timm"), config("timm"));
        write(loaded, "timm");
        assertThat(GoldenFiles.tensors(folder.resolve("adapter_model.safetensors")))
                .isEqualTo(GoldenFiles.tensors(GoldenFiles.path("peft-timm/adapter_model.safetensors")));
        JsonNode ours = JsonFiles.read(folder.resolve("adapter_config.json"));
        JsonNode theirs = JsonFiles.read(GoldenFiles.path("peft-timm/adapter_config.json"));
        ours.properties().forEach(entry -> {
            if (!Set.of("target_modules", "base_model_name_or_path").contains(entry.getKey())) {
                assertThat(entry.getValue()).as(entry.getKey()).isEqualTo(theirs.path(entry.getKey()));
            }
        });
        assertThat(ours.path("target_modules").asText()).startsWith("blocks\\.[0-9]+\\.attn\\.qkv|");
    }

    @Test
    void targetsMatchTheModulesThatHaveAnAdapterAndNoOther() throws IOException {
        for (String name : List.of("timm", "hf")) {
            ModelConfig config = config(name);
            LoraConfig lora = new LoraConfig(2, 2, 0, EnumSet.of(LoraTarget.FC2, LoraTarget.QKV), false);
            write(new PeftAdapter.Loaded(lora, random(lora, config), config), name);
            String pattern = JsonFiles.read(folder.resolve("adapter_config.json"))
                    .path("target_modules")
                    .asText();
            Set<String> files = GoldenFiles.tensors(folder.resolve("adapter_model.safetensors"))
                    .keySet();
            assertThat(files)
                    .allSatisfy(key -> assertThat(key.substring("base_model.model.".length())
                                    .replaceFirst("\\.lora_[AB]\\.weight$", ""))
                            .matches(pattern));
            assertThat(List.of(
                            "patch_embed.proj",
                            "blocks.0.attn.proj",
                            "blocks.0.mlp.fc1",
                            "vit.encoder.layer.0.attention.output.dense",
                            "vit.layers.0.attention.o_proj",
                            "head",
                            "classifier"))
                    .allSatisfy(module -> assertThat(module).doesNotMatch(pattern));
        }
    }

    @Test
    void aFusedAdapterSurvivesTheSeparateNamesOfHuggingFace() throws IOException {
        ModelConfig config = config("hf");
        LoraConfig lora =
                new LoraConfig(3, 5, 0.1, EnumSet.of(LoraTarget.QKV, LoraTarget.PROJ, LoraTarget.PATCH_EMBED), true);
        PeftAdapter.Loaded written = new PeftAdapter.Loaded(lora, random(lora, config), config);
        write(written, "hf");
        PeftAdapter.Loaded read = PeftAdapter.read(folder, config);
        assertThat(read).isEqualTo(written);
        assertThat(read.state().tensors().keySet())
                .containsExactlyElementsOf(
                        lora.tensorShapes(config, HalfRange.whole(3)).keySet());
    }

    @Test
    void anAdapterOfTheHeadAloneSurvives() throws IOException {
        for (String name : List.of("timm", "hf")) {
            ModelConfig config = config(name).withClasses(7, List.of());
            for (LoraConfig lora : List.of(
                    new LoraConfig(2, 4, 0, EnumSet.noneOf(LoraTarget.class), true),
                    new LoraConfig(2, 4, 0, EnumSet.of(LoraTarget.PATCH_EMBED), true))) {
                write(new PeftAdapter.Loaded(lora, random(lora, config), config), name);
                PeftAdapter.Loaded read = PeftAdapter.read(folder, config(name));
                assertThat(read.config().classes()).isEqualTo(7);
                assertThat(read.state()).isEqualTo(random(lora, config));
                // PEFT refuses targets without a match, but for one text of its own.
                assertThat(JsonFiles.read(folder.resolve("adapter_config.json"))
                                .path("target_modules")
                                .asText()
                                .equals("dummy-target-modules"))
                        .isEqualTo(lora.targets().isEmpty());
            }
            ModelConfig five = config(name);
            LoraConfig onHead = new LoraConfig(2, 4, 0, EnumSet.of(LoraTarget.HEAD), false);
            write(new PeftAdapter.Loaded(onHead, random(onHead, five), five), name);
            assertThat(PeftAdapter.read(folder, five).state()).isEqualTo(random(onHead, five));
        }
    }

    @Test
    void differentAsBecomeOneBlockDiagonalPairOfTheSameEffect() {
        ModelConfig config = config("hf");
        PeftAdapter.Loaded loaded = PeftAdapter.read(GoldenFiles.path("peft-hf"), config);
        assertThat(loaded.lora().rank()).isEqualTo(12);
        assertThat(loaded.lora().scale()).isEqualTo(2);
        Map<String, FloatArray> raw = GoldenFiles.tensors(GoldenFiles.path("peft-hf/adapter_model.safetensors"));
        for (int block = 0; block < 3; block++) {
            String layer = "base_model.model.vit.layers." + block + ".";
            FloatArray fused = delta(loaded, "blocks." + block + ".attn.qkv");
            List<String> parts = List.of("q_proj", "k_proj", "v_proj");
            for (int part = 0; part < 3; part++) {
                assertSame(fused, part * 24, delta(raw, layer + "attention." + parts.get(part)));
            }
            assertSame(delta(loaded, "blocks." + block + ".attn.proj"), 0, delta(raw, layer + "attention.o_proj"));
            assertSame(delta(loaded, "blocks." + block + ".mlp.fc1"), 0, delta(raw, layer + "mlp.fc1"));
            assertSame(delta(loaded, "blocks." + block + ".mlp.fc2"), 0, delta(raw, layer + "mlp.fc2"));
        }
    }

    @Test
    void queriesAndValuesAloneLeaveTheKeysAsTheyAre() {
        PeftAdapter.Loaded loaded = PeftAdapter.read(GoldenFiles.path("peft-hf-qv"), config("hf"));
        assertThat(loaded.lora().rank()).isEqualTo(8);
        assertThat(loaded.lora().targets()).containsExactly(LoraTarget.QKV);
        Map<String, FloatArray> raw = GoldenFiles.tensors(GoldenFiles.path("peft-hf-qv/adapter_model.safetensors"));
        FloatArray fused = delta(loaded, "blocks.1.attn.qkv");
        assertSame(fused, 0, delta(raw, QUERY.substring(0, QUERY.length() - 1)));
        assertSame(fused, 24, FloatArray.zeros(24, 24));
        assertSame(fused, 48, delta(raw, VALUE.substring(0, VALUE.length() - 1)));
    }

    @Test
    void theNamesOfTransformers4AreReadToo() throws IOException {
        Path copy = GoldenFiles.copy("peft-hf", folder);
        GoldenFiles.editTensors(copy.resolve("adapter_model.safetensors"), tensors -> {
            for (String name : new ArrayList<>(tensors.keySet())) {
                FloatArray value = tensors.remove(name);
                tensors.put(
                        name.replace("vit.layers.", "vit.encoder.layer.")
                                .replace("attention.q_proj", "attention.attention.query")
                                .replace("attention.k_proj", "attention.attention.key")
                                .replace("attention.v_proj", "attention.attention.value")
                                .replace("attention.o_proj", "attention.output.dense")
                                .replace("mlp.fc1", "intermediate.dense")
                                .replace("mlp.fc2", "output.dense"),
                        value);
            }
        });
        assertThat(PeftAdapter.read(copy, config("hf")))
                .isEqualTo(PeftAdapter.read(GoldenFiles.path("peft-hf"), config("hf")));
    }

    @Test
    void rankStabilisedScalesAreKept() throws IOException {
        Path copy = GoldenFiles.copy("peft-timm", folder);
        GoldenFiles.edit(copy.resolve("adapter_config.json"), json -> json.put("use_rslora", true));
        assertThat(PeftAdapter.read(copy, config("timm")).lora().scale()).isEqualTo(8 / Math.sqrt(4));
    }

    @Test
    void whatIsNotSupportedIsRefused() throws IOException {
        Path copy = GoldenFiles.copy("peft-timm", folder);
        Path json = copy.resolve("adapter_config.json");
        Map<String, String> refusals = new LinkedHashMap<>();
        refusals.put("{\"peft_type\":\"IA3\"}", "peft_type is \"IA3\", only LORA is supported");
        refusals.put("{\"peft_type\":\"LORA\",\"bias\":\"all\"}", "bias is \"all\"");
        refusals.put("{\"peft_type\":\"LORA\",\"use_dora\":true}", "use_dora is not supported");
        refusals.put("{\"peft_type\":\"LORA\",\"lora_alpha\":8}", "r is 0");
        refusals.put("{\"peft_type\":\"LORA\",\"r\":4,\"lora_alpha\":-1}", "lora_alpha -1.0");
        refusals.put("{\"peft_type\":\"LORA\",\"r\":5,\"lora_alpha\":8}", "has shape [4, ");
        for (Map.Entry<String, String> refusal : refusals.entrySet()) {
            Files.writeString(json, refusal.getKey());
            assertUserError(() -> PeftAdapter.read(copy, config("timm")), "peft-timm", refusal.getValue());
        }
        Files.delete(json);
        assertUserError(() -> PeftAdapter.read(copy, config("timm")), "has no adapter_config.json");
    }

    @Test
    void anAdapterOfAnotherBaseIsRefused() throws IOException {
        ModelConfig config = config("timm");
        ModelConfig shallow = resized(config, 24, 2, 48);
        assertUserError(
                () -> PeftAdapter.read(GoldenFiles.path("peft-timm"), shallow),
                "blocks.2.",
                "more tensors, which the model does not use (2 blocks of width 24)");
        assertUserError(
                () -> PeftAdapter.read(GoldenFiles.path("peft-timm"), resized(config, 24, 4, 48)),
                "lacks blocks.3.attn.qkv, which its target_modules name (the model has 4 blocks)");
        assertUserError(
                () -> PeftAdapter.read(GoldenFiles.path("peft-timm"), resized(config, 48, 3, 48)),
                "lora_A.weight has shape",
                "was the adapter made for another model?");
        Path copy = GoldenFiles.copy("peft-hf", folder);
        GoldenFiles.editTensors(
                copy.resolve("adapter_model.safetensors"), tensors -> tensors.remove(QUERY + "lora_B.weight"));
        assertUserError(() -> PeftAdapter.read(copy, config("hf")), "lacks vit.layers.1.attention.q_proj.lora_B");
        GoldenFiles.editTensors(
                copy.resolve("adapter_model.safetensors"), tensors -> tensors.put("vit.some", FloatArray.zeros(1)));
        assertUserError(() -> PeftAdapter.read(copy, config("hf")), "vit.some does not start with base_model.model.");
        Files.delete(copy.resolve("adapter_model.safetensors"));
        assertUserError(() -> PeftAdapter.read(copy, config("hf")), "adapter_model.safetensors: there is no such file");
    }

    @Test
    void twoGenerationsThatDifferAreRefused() throws IOException {
        ModelConfig config = config("hf");
        LoraConfig lora = new LoraConfig(2, 2, 0, EnumSet.of(LoraTarget.FC1), false);
        write(new PeftAdapter.Loaded(lora, random(lora, config), config), "hf");
        GoldenFiles.editTensors(
                folder.resolve("adapter_model.safetensors"),
                tensors -> tensors.put("base_model.model.vit.layers.0.mlp.fc1.lora_A.weight", FloatArray.zeros(2, 24)));
        assertUserError(() -> PeftAdapter.read(folder, config), "transformers 4 and 5, and they differ");
    }

    @Test
    void aStateThatDoesNotFitIsNotWritten() throws IOException {
        ModelConfig config = config("timm");
        LoraConfig lora = new LoraConfig(2, 2, 0, EnumSet.of(LoraTarget.FC1), false);
        LoraConfig other = new LoraConfig(3, 2, 0, EnumSet.of(LoraTarget.FC1), false);
        assertThatThrownBy(() -> write(new PeftAdapter.Loaded(lora, random(other, config), config), "timm"))
                .hasMessageContaining("has shape [3, 24], the model needs [2, 24]");
        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    private void write(PeftAdapter.Loaded adapter, String base) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(GoldenFiles.path(base))) {
            PeftAdapter.write(folder, adapter.state(), adapter.lora(), adapter.config(), checkpoint);
        }
    }

    static ModelConfig config(String name) {
        try (Checkpoint checkpoint = Checkpoint.open(GoldenFiles.path(name))) {
            return checkpoint.config();
        }
    }

    static AdapterState random(LoraConfig lora, ModelConfig config) {
        SplittableRandom random = new SplittableRandom(5);
        Map<String, FloatArray> tensors = new LinkedHashMap<>();
        lora.tensorShapes(config, HalfRange.whole(config.depth())).forEach((name, shape) -> {
            float[] values = new float[Math.toIntExact(FloatArray.elements(shape))];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
            }
            tensors.put(name, FloatArray.of(values, shape));
        });
        return new AdapterState(tensors);
    }

    private static VitConfig resized(ModelConfig model, int width, int depth, int mlpWidth) {
        VitConfig config = (VitConfig) model;
        return new VitConfig(
                config.imageSize(),
                config.patchSize(),
                config.channels(),
                width,
                depth,
                config.heads(),
                mlpWidth,
                config.classes(),
                config.layerNormEps(),
                true,
                config.mean(),
                config.std(),
                config.labels());
    }

    private static FloatArray delta(PeftAdapter.Loaded loaded, String module) {
        return product(
                loaded.state().get(module + ".lora_A"),
                loaded.state().get(module + ".lora_B"),
                loaded.lora().scale());
    }

    private static FloatArray delta(Map<String, FloatArray> raw, String module) {
        FloatArray a = raw.get(module + ".lora_A.weight");
        FloatArray b = raw.get(module + ".lora_B.weight");
        return product(a, b, 2); // alpha 8, rank 4
    }

    private static FloatArray product(FloatArray a, FloatArray b, double scale) {
        return MergedExport.merge(FloatArray.zeros(b.shape()[0], a.shape()[1]), a, b, scale);
    }

    private static void assertSame(FloatArray whole, int firstRow, FloatArray part) {
        int columns = Math.toIntExact(part.shape()[1]);
        for (int i = 0; i < part.size(); i++) {
            // Sums of 4 products in fp32, the same ones in the same order but for zeros.
            assertThat(whole.get(firstRow * columns + i)).isCloseTo(part.get(i), within(1e-6f));
        }
    }
}
