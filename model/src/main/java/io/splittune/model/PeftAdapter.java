package io.splittune.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
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
 * version 5, such an adapter is written under the names of both generations; PEFT takes those that the model has. A
 * LLaMA's modules have the same names everywhere.
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
        write(folder, state, lora, config, PeftNames.toWrite(config, base), base.path());
    }

    /** Writes under the names of all {@code generations}; {@code base} is only named. */
    static void write(
            Path folder,
            AdapterState state,
            LoraConfig lora,
            ModelConfig config,
            List<PeftNames> generations,
            Path base)
            throws IOException {
        Map<String, long[]> shapes = lora.tensorShapes(config, HalfRange.whole(config.depth()));
        state.requireShapes(shapes, folder.toString());
        Map<String, FloatArray> tensors = new LinkedHashMap<>();
        for (PeftNames names : generations) {
            for (String canonical : shapes.keySet()) {
                put(tensors, names, canonical, state.get(canonical), config);
            }
        }
        AtomicFiles.write(
                folder.resolve(WEIGHTS_FILE),
                out -> SafetensorsWriter.writeFloats(Channels.newChannel(out), tensors, Map.of("format", "pt")));
        AtomicFiles.writeString(
                folder.resolve(CONFIG_FILE), JsonFiles.toText(configFile(lora, config, generations, base)));
    }

    private static void put(
            Map<String, FloatArray> tensors, PeftNames names, String canonical, FloatArray value, ModelConfig config) {
        int dot = canonical.lastIndexOf('.');
        String module = canonical.substring(0, dot);
        String parameter = canonical.substring(dot + 1);
        List<String> parts = names.modules(module);
        boolean convolution = module.equals(LoraTarget.PATCH_EMBED.module(0));
        for (int i = 0; i < parts.size(); i++) {
            String key = KEY_PREFIX + parts.get(i) + "." + parameter;
            switch (parameter) {
                case "lora_A" ->
                    tensors.put(key + ".weight", convolution ? asKernel(value, (VitConfig) config) : value);
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

    private static FloatArray asKernel(FloatArray a, VitConfig config) {
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

    private static ObjectNode configFile(LoraConfig lora, ModelConfig config, List<PeftNames> generations, Path base) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("peft_type", "LORA");
        json.set("task_type", taskType(lora, config));
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
        json.set("target_modules", targetModules(lora, config, generations));
        if (lora.trainHead()) {
            String head = config instanceof LlamaConfig llama ? llama.headModule() : "head";
            json.putArray("modules_to_save").add(generations.get(0).module(head));
        } else {
            json.putNull("modules_to_save");
        }
        return json;
    }

    /**
     * Without a task PEFT loads an adapter as it is. With SEQ_CLS it expects a trained head too, so a classifier whose
     * head stayed fixed has none.
     */
    private static JsonNode taskType(LoraConfig lora, ModelConfig config) {
        JsonNodeFactory factory = JsonNodeFactory.instance;
        if (config instanceof LlamaConfig && config.classes() == 0) {
            return factory.textNode("CAUSAL_LM");
        }
        return config instanceof LlamaConfig && lora.trainHead() ? factory.textNode("SEQ_CLS") : factory.nullNode();
    }

    /** PEFT's own files have a whole number there. */
    private static JsonNode number(double alpha) {
        return alpha == Math.rint(alpha) && alpha < Integer.MAX_VALUE
                ? JsonNodeFactory.instance.numberNode((int) alpha)
                : JsonNodeFactory.instance.numberNode(alpha);
    }

    /**
     * For a LLaMA a plain list, as its users write it. For a vision transformer one regular expression over whole module
     * names: a list would be matched by its ends, {@code output.dense} would also find {@code attention.output.dense},
     * and {@code proj} the patch embedding.
     */
    private static JsonNode targetModules(LoraConfig lora, ModelConfig config, List<PeftNames> generations) {
        if (config instanceof LlamaConfig && !lora.targets().isEmpty()) {
            ArrayNode list = JsonNodeFactory.instance.arrayNode();
            lora.targets().forEach(target -> list.add(target.key()));
            return list;
        }
        Set<String> patterns = new LinkedHashSet<>();
        for (LoraTarget target : lora.targets()) {
            for (PeftNames names : generations) {
                for (String module : names.modules(target.module(0))) {
                    patterns.add(module.replace(".", "\\.").replace("\\.0\\.", "\\.[0-9]+\\."));
                }
            }
        }
        return JsonNodeFactory.instance.textNode(patterns.isEmpty() ? NO_TARGETS : String.join("|", patterns));
    }

    /**
     * Reads an adapter that PEFT or {@link #write} wrote, for a base of any naming.
     *
     * <p>Where queries, keys and values of a vision transformer have one A in common, they are fused exactly. Where
     * their A's differ, or only some of the three are there, the fused pair is block-diagonal and has the rank of all of
     * them together. Maps of smaller rank, and those that have no pair where other blocks have one, are filled up with
     * zero rows and columns to the greatest rank; such parameters stay zero in training, as each has a factor of zero in
     * its gradient. Alpha is scaled so that alpha / rank, and with it the function, stays as it was; where scales
     * differ, B carries the difference.
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
