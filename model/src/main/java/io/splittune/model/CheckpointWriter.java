package io.splittune.model;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.core.AtomicFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a model that was trained from scratch as a checkpoint folder, which {@link Checkpoint} reads: a vision transformer
 * in timm's form, for {@code timm.create_model(architecture, **model_args)}, a LLaMA in Hugging Face's, for
 * {@code AutoModelForCausalLM.from_pretrained} or {@code AutoModelForSequenceClassification}.
 */
public final class CheckpointWriter {
    /** Every size is overridden by {@code model_args}; timm needs the name of some plain vision transformer. */
    private static final String ARCHITECTURE = "vit_tiny_patch16_224";

    private CheckpointWriter() {}

    /**
     * Writes {@code config.json} and {@code model.safetensors}, or shards of 5 GB with an index; each file whole or not
     * at all.
     *
     * @param folder made if missing; weights that are there are replaced
     * @param config the model, with its classes
     * @param weights all tensors of the whole model by canonical name
     * @param type what values are rounded to (nearest even)
     * @throws IOException when writing fails
     */
    public static void write(Path folder, ModelConfig config, AdapterState weights, SafetensorsType type)
            throws IOException {
        weights.requireShapes(config.tensorShapes(HalfRange.whole(config.depth())), folder.toString());
        ObjectNode json =
                config instanceof LlamaConfig llama ? LlamaConfigFile.of(llama, type) : configFile((VitConfig) config);
        List<WeightFiles.Group> groups = new ArrayList<>();
        weights.tensors()
                .forEach((name, value) -> groups.add(new WeightFiles.Group(
                        List.of(new SafetensorsWriter.Plan(name, type, value.shape())),
                        out -> SafetensorsWriter.writeValues(out, type, value))));
        WeightFiles.write(folder, groups, WeightFiles.SHARD_BYTES);
        AtomicFiles.writeString(folder.resolve("config.json"), JsonFiles.toText(json));
    }

    private static ObjectNode configFile(VitConfig config) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("architecture", ARCHITECTURE).put("num_classes", config.classes());
        json.putObject("model_args")
                .put("img_size", config.imageSize())
                .put("patch_size", config.patchSize())
                .put("in_chans", config.channels())
                .put("embed_dim", config.width())
                .put("depth", config.depth())
                .put("num_heads", config.heads())
                .put("mlp_ratio", (double) config.mlpWidth() / config.width())
                .put("qkv_bias", config.qkvBias());
        ObjectNode pretrained = json.putObject("pretrained_cfg");
        ArrayNode size = pretrained.putArray("input_size");
        size.add(config.channels()).add(config.imageSize()).add(config.imageSize());
        addAll(pretrained.putArray("mean"), config.mean());
        addAll(pretrained.putArray("std"), config.std());
        if (!config.labels().isEmpty()) {
            ArrayNode labels = json.putArray("label_names");
            config.labels().forEach(labels::add);
        }
        return json;
    }

    private static void addAll(ArrayNode array, List<Double> values) {
        values.forEach(array::add);
    }
}
