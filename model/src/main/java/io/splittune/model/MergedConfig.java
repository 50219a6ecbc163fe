package io.splittune.model;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code config.json} of a merged model: the base's, with the image size, the classes and the head that were trained. */
final class MergedConfig {
    private static final Pattern ARCHITECTURE = Pattern.compile("(\\w+?)(For[A-Z]\\w*|Model)");

    private MergedConfig() {}

    /**
     * Makes it.
     *
     * @param base the base's file; changed in place and returned
     * @param before the base
     * @param after the trained model
     * @param trainHead whether the head was trained
     */
    static ObjectNode of(ObjectNode base, ModelConfig before, ModelConfig after, boolean trainHead) {
        boolean newClasses =
                after.classes() != before.classes() || !after.labels().equals(before.labels());
        if (after instanceof LlamaConfig llama) {
            putLlama(base, llama, newClasses, trainHead);
        } else if (base.hasNonNull("architecture")) {
            putTimm(base, (VitConfig) before, (VitConfig) after, newClasses);
        } else {
            base.put("image_size", ((VitConfig) after).imageSize());
            if (newClasses) {
                boolean deit = base.path("model_type").asText().equals("deit");
                base.putArray("architectures").add(deit ? "DeiTForImageClassification" : "ViTForImageClassification");
                putLabels(base, after);
            }
        }
        return base;
    }

    private static void putLlama(ObjectNode json, LlamaConfig config, boolean newClasses, boolean trainHead) {
        if (config.classes() == 0) {
            if (config.tiedHead() && trainHead) {
                json.put("tie_word_embeddings", false);
            }
            return;
        }
        if (newClasses) {
            Matcher matcher =
                    ARCHITECTURE.matcher(json.path("architectures").path(0).asText());
            String family = matcher.matches() ? matcher.group(1) : "Llama";
            json.putArray("architectures").add(family + "ForSequenceClassification");
            json.remove("num_labels");
            putLabels(json, config);
        }
    }

    private static void putTimm(ObjectNode json, VitConfig before, VitConfig after, boolean newClasses) {
        ObjectNode arguments = json.withObjectProperty("model_args");
        if (after.imageSize() != before.imageSize()) {
            arguments.put("img_size", after.imageSize());
            json.withObjectProperty("pretrained_cfg")
                    .putArray("input_size")
                    .add(after.channels())
                    .add(after.imageSize())
                    .add(after.imageSize());
        }
        if (newClasses) {
            arguments.remove("num_classes");
            json.put("num_classes", after.classes());
            json.remove("label_names");
            ArrayNode labels = json.arrayNode();
            after.labels().forEach(labels::add);
            if (!labels.isEmpty()) {
                json.set("label_names", labels);
            }
        }
    }

    /** Writes the classes as Hugging Face does; without names they get the ones that it gives. */
    static void putLabels(ObjectNode json, ModelConfig config) {
        ObjectNode byId = json.putObject("id2label");
        ObjectNode byLabel = json.putObject("label2id");
        for (int i = 0; i < config.classes(); i++) {
            String label =
                    config.labels().isEmpty() ? "LABEL_" + i : config.labels().get(i);
            byId.put(Integer.toString(i), label);
            byLabel.put(label, i);
        }
    }
}
