package io.splittune.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VitConfigReaderTest {
    @TempDir
    private Path folder;

    @Test
    void timmsConfigNeedsNoMoreThanTheArchitecture() throws IOException {
        Path timm = GoldenFiles.copy("timm", folder);
        Files.writeString(timm.resolve("config.json"), "{\"architecture\": \"vit_tiny_patch16_224.augreg\"}");
        VitConfig config = (VitConfig) config(timm);
        assertThat(config.heads()).isEqualTo(3);
        assertThat(config.imageSize()).isEqualTo(16);
        assertThat(config.depth()).isEqualTo(3);
        assertThat(config.mean()).containsExactly(0.5, 0.5, 0.5);
        Files.writeString(timm.resolve("config.json"), "{\"architecture\": \"deit_small_patch16_224\"}");
        assertThat(config(timm).heads()).isEqualTo(6);
        Files.writeString(
                timm.resolve("config.json"), "{\"architecture\": \"vit_odd\", \"model_args\": {\"num_heads\": 8}}");
        assertThat(config(timm).heads()).isEqualTo(8);
        Files.writeString(timm.resolve("config.json"), "{\"architecture\": \"vit_odd\"}");
        GoldenFiles.assertUserError(() -> config(timm), "add model_args.num_heads");
    }

    @Test
    void huggingFacesDefaultsAreItsOwn() throws IOException {
        Path hf = GoldenFiles.copy("hf", folder);
        Files.delete(hf.resolve("preprocessor_config.json"));
        Files.writeString(hf.resolve("config.json"), "{\"model_type\": \"vit\", \"num_attention_heads\": 4}");
        VitConfig config = (VitConfig) config(hf);
        assertThat(config.layerNormEps()).isEqualTo(1e-12);
        assertThat(config.std()).containsExactly(0.5, 0.5, 0.5);
        assertThat(config.labels()).isEmpty();
        assertThat(config.classes()).isEqualTo(5);
    }

    @Test
    void aBodyWithoutPrefixAndHeadIsRead() throws IOException {
        Path hf = GoldenFiles.copy("hf", folder);
        GoldenFiles.editTensors(hf.resolve("model.safetensors"), tensors -> {
            for (String name : new ArrayList<>(tensors.keySet())) {
                FloatArray value = tensors.remove(name);
                if (name.startsWith("vit.")) {
                    tensors.put(name.substring(4), value);
                }
            }
            tensors.put("pooler.dense.weight", FloatArray.zeros(24, 24));
            tensors.put("pooler.dense.bias", FloatArray.zeros(24));
            tensors.put("embeddings.mask_token", FloatArray.zeros(1, 1, 24));
        });
        VitConfig config = (VitConfig) config(hf);
        assertThat(config.classes()).isZero();
        assertThat(config.labels()).isEmpty();
        assertThat(config.tensorShapes(HalfRange.server(2, 3)))
                .containsKey("norm.bias")
                .doesNotContainKey("head.bias");
    }

    @Test
    void theModuleNamesOfTransformers5AreRead() throws IOException {
        Path hf = GoldenFiles.copy("hf", folder);
        TensorNames files = new TensorNames(TensorNames.Style.HUGGING_FACE, "vit.");
        TensorNames modules = new TensorNames(TensorNames.Style.HUGGING_FACE_5, "vit.");
        Map<String, long[]> shapes;
        String before;
        try (Checkpoint checkpoint = Checkpoint.open(hf)) {
            shapes = checkpoint.config().tensorShapes(HalfRange.whole(3));
            before = checkpoint.contentHash(HalfRange.whole(3));
        }
        GoldenFiles.editTensors(hf.resolve("model.safetensors"), tensors -> {
            for (String canonical : shapes.keySet()) {
                List<String> old = files.tensors(canonical);
                for (int i = 0; i < old.size(); i++) {
                    FloatArray value = tensors.remove(old.get(i));
                    tensors.put(modules.tensors(canonical).get(i), value);
                }
            }
            assertThat(tensors).containsKey("vit.layers.0.attention.q_proj.weight");
        });
        try (Checkpoint checkpoint = Checkpoint.open(hf)) {
            assertThat(checkpoint.contentHash(HalfRange.whole(3))).isEqualTo(before);
        }
    }

    @Test
    void aModelWithoutQkvBiasIsRead() throws IOException {
        Path timm = GoldenFiles.copy("timm", folder);
        GoldenFiles.editTensors(
                timm.resolve("model.safetensors"),
                tensors -> tensors.keySet().removeIf(name -> name.endsWith("attn.qkv.bias")));
        assertThat(((VitConfig) config(timm)).qkvBias()).isFalse();
        GoldenFiles.edit(
                timm.resolve("config.json"),
                json -> json.withObjectProperty("model_args").put("qkv_bias", true));
        GoldenFiles.assertUserError(() -> config(timm), "qkv_bias is true, the weights say false");
    }

    private static ModelConfig config(Path folder) {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            return checkpoint.config();
        }
    }
}
