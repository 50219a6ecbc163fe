package io.splittune.model;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.core.AtomicFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes a model that was trained from scratch as a checkpoint folder in timm's form, which {@link Checkpoint} and
 * {@code timm.create_model(architecture, **model_args)} read.
 */
public final class CheckpointWriter {
    /** Every size is overridden by {@code model_args}; timm needs the name of some plain vision transformer. */
    private static final String ARCHITECTURE = "vit_tiny_patch16_224";

    private CheckpointWriter() {}

    /**
     * Writes {@code config.json} and {@code model.safetensors}, each whole or not at all.
     *
     * @param folder made if missing
     * @param config the model, with its classes
     * @param weights all tensors of the whole model by canonical name
     * @param type what values are rounded to (nearest even)
     * @throws IOException when writing fails
     */
    public static void write(Path folder, ModelConfig config, AdapterState weights, SafetensorsType type)
            throws IOException {
        weights.requireShapes(config.tensorShapes(HalfRange.whole(config.depth())), folder.toString());
        AtomicFiles.write(
                folder.resolve("model.safetensors"), out -> writeWeights(Channels.newChannel(out), weights, type));
        AtomicFiles.writeString(folder.resolve("config.json"), JsonFiles.toText(configFile(config)));
    }

    private static void writeWeights(WritableByteChannel out, AdapterState weights, SafetensorsType type)
            throws IOException {
        List<SafetensorsWriter.Plan> plans = new ArrayList<>();
        weights.tensors().forEach((name, value) -> plans.add(new SafetensorsWriter.Plan(name, type, value.shape())));
        SafetensorsWriter.writeFully(out, SafetensorsWriter.header(plans, Map.of("format", "pt")));
        for (FloatArray value : weights.tensors().values()) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(value.size(), type.bytes()));
            type.putFloats(value.toArray(), bytes);
            SafetensorsWriter.writeFully(out, bytes.flip());
        }
    }

    private static ObjectNode configFile(ModelConfig config) {
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
