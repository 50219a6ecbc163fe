package io.splittune.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.core.AtomicFiles;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Adapters as the PEFT library keeps them: {@code adapter_config.json} and {@code adapter_model.safetensors}.
 *
 * <p>For a base with timm's names a fused qkv has one pair A, B. For a base of Hugging Face, which has separate
 * queries, keys and values, A is written three times and B in three slices. As transformers renamed its modules in
 * version 5, such an adapter is written under the names of both generations; PEFT takes those that the model has.
 */
public final class PeftAdapter {
    static final String CONFIG_FILE = "adapter_config.json";
    static final String WEIGHTS_FILE = "adapter_model.safetensors";
    static final String KEY_PREFIX = "base_model.model.";

    /** PEFT refuses targets that match no module, but for this one text: a head that is trained alone needs it. */
    private static final String NO_TARGETS = "dummy-target-modules";

    private PeftAdapter() {}

    /**
     * An adapter that was read.
     *
     * @param lora rank, scale and targets; see {@link #read} for the rank
     * @param state the trained tensors under canonical names
     * @param config the model, with as many classes as the saved head has, if one was saved
     */
    public record Loaded(LoraConfig lora, AdapterState state, ModelConfig config) {}

    /**
     * Writes an adapter of the whole model; each of the two files appears whole or not at all.
     *
     * @param folder made if missing
     * @param state all tensors of {@code lora.tensorShapes(config, whole)}
     * @param lora what was trained
     * @param config the model that was trained, its classes included
     * @param base the checkpoint it was trained on: its naming and its path go into the files
     * @throws IllegalArgumentException when the state does not fit
     * @throws IOException when writing fails
     */
    public static void write(Path folder, AdapterState state, LoraConfig lora, ModelConfig config, Checkpoint base)
            throws IOException {
        Map<String, long[]> shapes = lora.tensorShapes(config, HalfRange.whole(config.depth()));
        state.requireShapes(shapes, folder.toString());
        TensorNames names = config.classes() > 0 ? base.tensorNames().withClassifier() : base.tensorNames();
        Map<String, FloatArray> tensors = new LinkedHashMap<>();
        for (TensorNames generation : names.generations()) {
            for (String canonical : shapes.keySet()) {
                put(tensors, generation, canonical, state.get(canonical), config);
            }
        }
        AtomicFiles.write(
                folder.resolve(WEIGHTS_FILE),
                out -> SafetensorsWriter.writeFloats(Channels.newChannel(out), tensors, Map.of("format", "pt")));
        AtomicFiles.writeString(folder.resolve(CONFIG_FILE), JsonFiles.toText(configFile(lora, names, base.path())));
    }

    private static void put(
            Map<String, FloatArray> tensors,
            TensorNames names,
            String canonical,
            FloatArray value,
            ModelConfig config) {
        int dot = canonical.lastIndexOf('.');
        String module = canonical.substring(0, dot);
        String parameter = canonical.substring(dot + 1);
        List<String> parts = names.modules(module);
        boolean convolution = module.equals(LoraTarget.PATCH_EMBED.module(0));
        for (int i = 0; i < parts.size(); i++) {
            String key = KEY_PREFIX + parts.get(i) + "." + parameter;
            switch (parameter) {
                case "lora_A" -> tensors.put(key + ".weight", convolution ? asKernel(value, config) : value);
                case "lora_B" ->
                    tensors.put(
                            key + ".weight",
                            convolution
                                    ? value.reshape(value.shape()[0], value.shape()[1], 1, 1)
                                    : rows(value, i, parts.size()));
                default -> tensors.put(key, value);
            }
        }
    }

    private static FloatArray asKernel(FloatArray a, ModelConfig config) {
        return a.reshape(a.shape()[0], config.channels(), config.patchSize(), config.patchSize());
    }

    /** One of {@code parts} equal slices along the first axis. */
    private static FloatArray rows(FloatArray matrix, int part, int parts) {
        if (parts == 1) {
            return matrix;
        }
        int length = matrix.size() / parts;
        float[] slice = Arrays.copyOfRange(matrix.toArray(), part * length, (part + 1) * length);
        return FloatArray.wrap(slice, matrix.shape()[0] / parts, matrix.shape()[1]);
    }

    private static ObjectNode configFile(LoraConfig lora, TensorNames names, Path base) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("peft_type", "LORA");
        json.putNull("task_type");
        json.put("base_model_name_or_path", base.toString());
        json.put("inference_mode", true);
        json.put("r", lora.rank());
        json.set("lora_alpha", number(lora.alpha()));
        json.put("lora_dropout", lora.dropout());
        json.put("bias", "none");
        json.put("fan_in_fan_out", false);
        json.put("init_lora_weights", true);
        json.put("use_rslora", false);
        json.put("use_dora", false);
        json.set("target_modules", targetModules(lora, names));
        if (lora.trainHead()) {
            json.putArray("modules_to_save").add(names.modules("head").get(0));
        } else {
            json.putNull("modules_to_save");
        }
        return json;
    }

    /** PEFT's own files have a whole number there. */
    private static JsonNode number(double alpha) {
        return alpha == Math.rint(alpha) && alpha < Integer.MAX_VALUE
                ? JsonNodeFactory.instance.numberNode((int) alpha)
                : JsonNodeFactory.instance.numberNode(alpha);
    }

    /**
     * One regular expression over whole module names. A list would be matched by its ends: {@code output.dense} would
     * also find {@code attention.output.dense}, and {@code proj} the patch embedding.
     */
    private static JsonNode targetModules(LoraConfig lora, TensorNames names) {
        Set<String> patterns = new LinkedHashSet<>();
        for (LoraTarget target : lora.targets()) {
            for (TensorNames generation : names.generations()) {
                for (String module : generation.modules(target.module(0))) {
                    patterns.add(module.replace(".", "\\.").replace("\\.0\\.", "\\.[0-9]+\\."));
                }
            }
        }
        return JsonNodeFactory.instance.textNode(patterns.isEmpty() ? NO_TARGETS : String.join("|", patterns));
    }

    /**
     * Reads an adapter that PEFT or {@link #write} wrote, for a base of either naming.
     *
     * <p>Where queries, keys and values have one A in common, they are fused exactly. Where their A's differ, or only
     * some of the three are there, the fused pair is block-diagonal and has the rank of all of them together; the other
     * maps are then filled up with zero rows and columns to the same rank, and alpha is scaled so that alpha / rank,
     * and with it the function, stays as it was.
     *
     * @param folder with the two files
     * @param config the model it is meant for; its number of classes may differ from that of a saved head
     * @return the adapter
     * @throws io.splittune.core.UserException when a file is missing or damaged, or the adapter is of another kind or
     *     for another model
     */
    public static Loaded read(Path folder, ModelConfig config) {
        return new PeftReader(folder, config).read();
    }
}
