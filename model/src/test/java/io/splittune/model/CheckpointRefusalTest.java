package io.splittune.model;

import static io.splittune.model.GoldenFiles.assertUserError;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user can do wrong with a checkpoint folder, and the line that answers it. */
class CheckpointRefusalTest {
    @TempDir
    private Path folder;

    private Path timm;
    private Path hf;

    @BeforeEach
    void copyFolders() throws IOException {
        timm = GoldenFiles.copy("timm", folder);
        hf = GoldenFiles.copy("hf", folder);
    }

    private void refused(Path checkpoint, String... parts) {
        assertUserError(() -> Checkpoint.open(checkpoint), parts);
    }

    @Test
    void missingPartsOfTheFolder() throws IOException {
        refused(folder.resolve("nowhere"), "nowhere: there is no such folder");
        Files.delete(timm.resolve("model.safetensors"));
        refused(timm, "timm: has no *.safetensors", "*.bin");
        Files.delete(timm.resolve("config.json"));
        refused(timm, "timm: has no config.json");
    }

    @Test
    void severalWeightFilesWithoutAnIndex() throws IOException {
        Files.move(hf.resolve("model.safetensors"), hf.resolve("a.safetensors"));
        try (Checkpoint checkpoint = Checkpoint.open(hf)) {
            assertThat(checkpoint.names()).contains("head.weight");
        }
        Files.copy(hf.resolve("a.safetensors"), hf.resolve("b.safetensors"));
        refused(hf, "has 2 *.safetensors but no model.safetensors.index.json");
    }

    @Test
    void anotherArchitecture() throws IOException {
        GoldenFiles.edit(hf.resolve("config.json"), json -> json.put("model_type", "gpt2"));
        refused(hf, "config.json: model_type 'gpt2' is not supported", "model_type vit or deit", "vit_* or deit_*");
        GoldenFiles.edit(timm.resolve("config.json"), json -> json.put("architecture", "resnet50"));
        refused(timm, "config.json: architecture 'resnet50' is not supported", "vit_*");
    }

    @Test
    void anotherActivation() throws IOException {
        GoldenFiles.edit(hf.resolve("config.json"), json -> json.put("hidden_act", "quick_gelu"));
        refused(hf, "hidden_act 'quick_gelu' is not supported", "exact gelu");
        GoldenFiles.edit(
                timm.resolve("config.json"),
                json -> json.withObjectProperty("model_args").put("act_layer", "gelu_tanh"));
        refused(timm, "model_args.act_layer = \"gelu_tanh\" is not supported");
    }

    @Test
    void anotherPooling() throws IOException {
        GoldenFiles.edit(timm.resolve("config.json"), json -> json.put("global_pool", "avg"));
        refused(timm, "global_pool 'avg' is not supported");
    }

    @Test
    void otherPartsOfATransformer() throws IOException {
        GoldenFiles.editTensors(timm.resolve("model.safetensors"), tensors -> {
            tensors.put("blocks.0.ls1.gamma", FloatArray.zeros(24));
            tensors.put("blocks.1.ls1.gamma", FloatArray.zeros(24));
        });
        refused(timm, "has blocks.0.ls1.gamma and 1 more tensors that a plain vision transformer lacks");
    }

    @Test
    void theDistillationToken() throws IOException {
        GoldenFiles.editTensors(
                timm.resolve("model.safetensors"), tensors -> tensors.put("dist_token", FloatArray.zeros(1, 1, 24)));
        refused(timm, "distillation token (dist_token)", "use the variant without");
        GoldenFiles.editTensors(
                hf.resolve("model.safetensors"),
                tensors -> tensors.put("vit.embeddings.distillation_token", FloatArray.zeros(1, 1, 24)));
        refused(hf, "distillation token (vit.embeddings.distillation_token)");
    }

    @Test
    void namesOfNobody() throws IOException {
        GoldenFiles.editTensors(timm.resolve("model.safetensors"), tensors -> {
            tensors.clear();
            tensors.put("layer1.conv.weight", FloatArray.zeros(1));
        });
        refused(timm, "neither timm's names", "nor Hugging Face's");
    }

    @Test
    void aMissingTensor() throws IOException {
        GoldenFiles.editTensors(timm.resolve("model.safetensors"), tensors -> tensors.remove("blocks.1.norm2.bias"));
        refused(timm, "timm: the weights lack blocks.1.norm2.bias");
        GoldenFiles.editTensors(timm.resolve("model.safetensors"), tensors -> tensors.remove("cls_token"));
        refused(timm, "the weights lack cls_token");
    }

    @Test
    void aMissingBlock() throws IOException {
        GoldenFiles.editTensors(
                hf.resolve("model.safetensors"),
                tensors -> tensors.keySet().removeIf(name -> name.contains("layer.2.")));
        refused(hf, "config.json: num_hidden_layers is 3, but the weights have 2");
    }

    @Test
    void aWrongShape() throws IOException {
        GoldenFiles.editTensors(
                timm.resolve("model.safetensors"),
                tensors -> tensors.put("blocks.1.mlp.fc2.weight", FloatArray.zeros(48, 24)));
        refused(timm, "blocks.1.mlp.fc2.weight has shape [48, 24], the model needs [24, 48]");
    }

    @Test
    void aWrongType() throws IOException {
        Map<String, FloatArray> one = new LinkedHashMap<>(GoldenFiles.tensors(timm.resolve("model.safetensors")));
        String header = new String(
                SafetensorsWriter.header(
                                one.entrySet().stream()
                                        .map(entry -> new SafetensorsWriter.Plan(
                                                entry.getKey(),
                                                entry.getKey().equals("norm.bias")
                                                        ? SafetensorsType.F64
                                                        : SafetensorsType.F32,
                                                entry.getValue().shape()))
                                        .toList(),
                                Map.of())
                        .array(),
                StandardCharsets.UTF_8);
        int payload = one.values().stream().mapToInt(FloatArray::size).sum() * 4 + 24 * 4;
        Files.write(timm.resolve("model.safetensors"), GoldenFiles.file(header.substring(8), payload));
        refused(timm, "norm.bias is F64; F32, F16 and BF16 are supported");
    }

    @Test
    void aTruncatedFile() throws IOException {
        byte[] whole = Files.readAllBytes(timm.resolve("model.safetensors"));
        for (int length = 0; length < whole.length; length += 997) {
            Files.write(timm.resolve("model.safetensors"), Arrays.copyOf(whole, length));
            refused(timm, "model.safetensors: truncated");
        }
    }

    @Test
    void contradictionsBetweenConfigAndWeights() throws IOException {
        GoldenFiles.edit(hf.resolve("config.json"), json -> json.put("hidden_size", 32));
        refused(hf, "hidden_size is 32, but the weights have 24");
        GoldenFiles.edit(hf.resolve("config.json"), json -> json.put("hidden_size", "wide"));
        refused(hf, "hidden_size is \"wide\", a whole number is needed");
        GoldenFiles.edit(
                hf.resolve("config.json"), json -> json.put("hidden_size", 24).put("num_attention_heads", 5));
        refused(hf, "width (24) must be a multiple of heads (5)");
        GoldenFiles.edit(hf.resolve("config.json"), json -> json.remove("num_attention_heads"));
        refused(hf, "lacks num_attention_heads");
        GoldenFiles.edit(timm.resolve("config.json"), json -> json.put("num_classes", 1000));
        refused(timm, "num_classes is 1000, but the weights have 5");
    }

    @Test
    void aConfigThatIsNoJson() throws IOException {
        Files.writeString(timm.resolve("config.json"), "{\n\"architecture\": \"vit_tiny\",\n oops }");
        refused(timm, "config.json: is no JSON", "line 3");
        Files.writeString(timm.resolve("config.json"), "[]");
        refused(timm, "config.json: holds no JSON object");
    }

    @Test
    void aMissingShardAndABadIndex() throws IOException {
        Path sharded = GoldenFiles.copy("hf-sharded", folder);
        Path index = sharded.resolve("model.safetensors.index.json");
        GoldenFiles.edit(
                index,
                json -> json.withObjectProperty("weight_map").put("vit.more", "model-00001-of-00004.safetensors"));
        refused(sharded, "model-00001-of-00004.safetensors: lacks vit.more");
        GoldenFiles.edit(index, json -> json.withObjectProperty("weight_map").put("vit.more", "../secret.safetensors"));
        refused(sharded, "index.json: weight_map names a file that is no *.safetensors in the same folder");
        GoldenFiles.edit(index, json -> json.withObjectProperty("weight_map").remove("vit.more"));
        Files.delete(sharded.resolve("model-00003-of-00004.safetensors"));
        refused(sharded, "model-00003-of-00004.safetensors: this shard is missing");
        GoldenFiles.edit(index, json -> json.remove("weight_map"));
        refused(sharded, "lacks weight_map");
    }

    @Test
    void aHalfFileThatIsNone() throws IOException {
        assertUserError(() -> Checkpoint.openHalf(timm.resolve("model.safetensors")), "holds no half of a model");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Checkpoint checkpoint = Checkpoint.open(timm)) {
            checkpoint.writeHalf(HalfRange.device(1), Channels.newChannel(out));
        }
        String text = out.toString(StandardCharsets.ISO_8859_1);
        for (String[] change : new String[][] {
            {"\\\"depth\\\":3", "\\\"depth\\\":0", "depth (0) must be > 0"},
            {"\\\"width\\\":24", "\\\"width\\\":48", "has shape"},
            {"\"cls_token\"", "\"cls_taken\"", "tensors that its model has not"},
        }) {
            Path file = folder.resolve("half");
            Files.write(file, text.replace(change[0], change[1]).getBytes(StandardCharsets.ISO_8859_1));
            assertUserError(() -> Checkpoint.openHalf(file), "half: ", change[2]);
        }
    }
}
