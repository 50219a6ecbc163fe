package io.splittune.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.splittune.core.UserException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Tells by a checkpoint's {@code config.json} which family its model is of, and leaves the reading to that family. */
final class ModelConfigReader {
    /** All that is supported, for every message that refuses something else. */
    static final String SUPPORTED = "supported are model_type vit or deit (plain vision transformers), llama, qwen2 or"
            + " mistral of Hugging Face, and architecture vit_* or deit_* of timm";

    private ModelConfigReader() {}

    /** Whose file it is. */
    enum Family {
        /** timm's vision transformer. */
        TIMM,
        /** Hugging Face's vision transformer. */
        VIT,
        /** LLaMA 2 and 3, and what has its form. */
        LLAMA,
        /** LLaMA with biases of queries, keys and values. */
        QWEN2,
        /** LLaMA whose attention may be limited to a window. */
        MISTRAL;

        /** Returns whether it is read by {@link LlamaConfigReader}. */
        boolean isLlama() {
            return this == LLAMA || this == QWEN2 || this == MISTRAL;
        }
    }

    /**
     * Refuses another architecture, before anything else is looked at.
     *
     * @param json config.json
     * @param place its path, for the message
     */
    static Family family(JsonNode json, String place) {
        if (json.hasNonNull("architecture")) {
            String architecture = json.path("architecture").asText();
            if (!architecture.startsWith("vit_") && !architecture.startsWith("deit_")) {
                throw new UserException(place + ": architecture '" + shortened(architecture) + "' is not supported; "
                        + SUPPORTED + ".");
            }
            return Family.TIMM;
        }
        String type = json.path("model_type").asText();
        return switch (type) {
            case "vit", "deit" -> Family.VIT;
            case "llama", "qwen2", "mistral" -> Family.valueOf(type.toUpperCase(Locale.ROOT));
            default ->
                throw new UserException(
                        place + ": model_type '" + shortened(type) + "' is not supported; " + SUPPORTED + ".");
        };
    }

    /**
     * Refuses another architecture.
     *
     * @return whether the file is timm's
     */
    static boolean isTimm(JsonNode json, String place) {
        return family(json, place) == Family.TIMM;
    }

    /**
     * Reads a model.
     *
     * @param json config.json
     * @param others the folder's other small files
     * @param names how the tensors are named
     * @param shapes the tensors' shapes by their own names
     * @param place config.json's path, for messages
     */
    static ModelConfig read(
            JsonNode json,
            CheckpointFolder.Others others,
            TensorNames names,
            Map<String, long[]> shapes,
            String place) {
        Family family = family(json, place);
        return family.isLlama()
                ? new LlamaConfigReader(family, json, others.generation(), names, shapes, place).read()
                : new VitConfigReader(json, others.preprocessor(), names, shapes, place).read();
    }

    /** Returns the names of the classes, or none unless all have one. */
    static List<String> labels(JsonNode json, int classes) {
        JsonNode byId = json.path("id2label");
        JsonNode list = json.path("label_names");
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < classes; i++) {
            JsonNode label = byId.isObject() ? byId.path(Integer.toString(i)) : list.path(i);
            if (!label.isTextual()) {
                return List.of();
            }
            labels.add(label.asText());
        }
        return labels;
    }

    /** Returns the first line of a text from a file, cut to a bearable length. */
    static String shortened(String text) {
        String line = text.replaceAll("\\p{Cntrl}.*", "");
        return line.length() <= 60 ? line : line.substring(0, 60) + "...";
    }
}
