package io.splittune.model;

import static io.splittune.model.GoldenFiles.assertUserError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergedExportTest {
    @TempDir
    private Path folder;

    @Test
    void aMergedMapIsTheSumOfWeightAndScaledProduct() {
        FloatArray weight = FloatArray.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
        FloatArray a = FloatArray.of(new float[] {1, -1}, 1, 2);
        FloatArray b = FloatArray.of(new float[] {1, 10, 0}, 3, 1);
        assertThat(MergedExport.merge(weight, a, b, 0.5))
                .isEqualTo(FloatArray.of(new float[] {1.5f, 1.5f, 8, -1, 5, 6}, 3, 2));
    }

    @Test
    void namesTypesAndOtherFilesStayThoseOfTheBase() throws IOException {
        for (String name : List.of("timm", "timm-bf16", "hf", "hf-f16", "hf-sharded")) {
            ModelConfig config = PeftAdapterTest.config(name);
            LoraConfig lora = new LoraConfig(2, 4, 0, TinyModel.EVERYWHERE.targets(), true);
            AdapterState state = PeftAdapterTest.random(lora, config);
            Path target = folder.resolve(name);
            try (Checkpoint base = Checkpoint.open(GoldenFiles.path(name))) {
                MergedExport.write(target, base, config, lora, state);
                try (Checkpoint merged = Checkpoint.open(target)) {
                    assertThat(merged.config()).isEqualTo(base.config());
                    assertThat(merged.names()).isEqualTo(base.names());
                    assertThat(merged.tensorNames()).isEqualTo(base.tensorNames());
                    for (String tensor : base.names()) {
                        assertThat(merged.type(tensor)).isEqualTo(base.type(tensor));
                        String module = tensor.replaceFirst("\\.weight$", "");
                        boolean changes = state.tensors().containsKey(module + ".lora_A") || tensor.startsWith("head.");
                        assertThat(merged.readFloats(tensor).equals(base.readFloats(tensor)))
                                .as(tensor)
                                .isNotEqualTo(changes);
                    }
                    checkOneElement(base, merged, state);
                }
            }
            assertThat(Files.exists(target.resolve("preprocessor_config.json"))).isEqualTo(name.startsWith("hf"));
            assertThat(JsonFiles.read(target.resolve("config.json")))
                    .isEqualTo(JsonFiles.read(GoldenFiles.path(name).resolve("config.json")));
        }
    }

    private static void checkOneElement(Checkpoint base, Checkpoint merged, AdapterState state) {
        FloatArray a = state.get("blocks.1.attn.qkv.lora_A");
        FloatArray b = state.get("blocks.1.attn.qkv.lora_B");
        int row = 50;
        int column = 7;
        float delta = 2 * (b.get(row * 2) * a.get(column) + b.get(row * 2 + 1) * a.get(24 + column));
        float expected = base.readFloats("blocks.1.attn.qkv.weight").get(row * 24 + column) + delta;
        double step = merged.type("blocks.1.attn.qkv.weight") == SafetensorsType.F32 ? 1e-6 : 1 / 256.0;
        assertThat((double) merged.readFloats("blocks.1.attn.qkv.weight").get(row * 24 + column))
                .isCloseTo(expected, within(Math.abs(expected) * step));
    }

    @Test
    void anotherImageSizeAndOtherClassesGoIntoTheConfig() throws IOException {
        for (String name : List.of("timm", "hf")) {
            ModelConfig config =
                    ((VitConfig) PeftAdapterTest.config(name)).withImageSize(24).withClasses(2, List.of("cat", "dog"));
            LoraConfig lora = new LoraConfig(2, 4, 0, EnumSet.of(LoraTarget.FC1), true);
            AdapterState state = PeftAdapterTest.random(lora, config);
            Path target = folder.resolve(name);
            try (Checkpoint base = Checkpoint.open(GoldenFiles.path(name))) {
                MergedExport.write(target, base, config, lora, state);
                try (Checkpoint merged = Checkpoint.open(target)) {
                    assertThat(merged.config()).isEqualTo(config);
                    assertThat(merged.readFloats("pos_embed")).isEqualTo(base.readPositions(24));
                    assertThat(merged.readFloats("head.weight")).isEqualTo(state.get("head.weight"));
                }
            }
        }
        JsonNode json = JsonFiles.read(folder.resolve("hf/config.json"));
        assertThat(json.path("label2id").path("dog").asInt()).isEqualTo(1);
    }

    @Test
    void aBodyGetsItsHead() throws IOException {
        Path body = GoldenFiles.copy("hf", folder);
        GoldenFiles.editTensors(body.resolve("model.safetensors"), tensors -> {
            for (String name : List.copyOf(tensors.keySet())) {
                FloatArray value = tensors.remove(name);
                if (name.startsWith("vit.")) {
                    tensors.put(name.substring(4), value);
                }
            }
        });
        LoraConfig lora = new LoraConfig(2, 4, 0, EnumSet.of(LoraTarget.FC1), true);
        try (Checkpoint base = Checkpoint.open(body)) {
            ModelConfig config = base.config().withClasses(3, List.of());
            MergedExport.write(folder.resolve("merged"), base, config, lora, PeftAdapterTest.random(lora, config));
        }
        Map<String, FloatArray> merged = GoldenFiles.tensors(folder.resolve("merged/model.safetensors"));
        assertThat(merged).containsKeys("vit.layernorm.weight", "classifier.weight", "vit.embeddings.cls_token");
    }

    @Test
    void theBaseIsNotOverwritten() throws IOException {
        Path copy = GoldenFiles.copy("timm", folder);
        LoraConfig lora = new LoraConfig(2, 4, 0, EnumSet.of(LoraTarget.FC1), false);
        try (Checkpoint base = Checkpoint.open(copy)) {
            AdapterState state = PeftAdapterTest.random(lora, base.config());
            assertUserError(
                    () -> MergedExport.write(folder.resolve("timm/../timm"), base, base.config(), lora, state),
                    "holds the base model");
            ModelConfig other = base.config().withClasses(9, List.of());
            assertThatThrownBy(() -> MergedExport.write(folder.resolve("x"), base, other, lora, state))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no head for 9");
        }
    }
}
