package io.splittune.model;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.core.AtomicFiles;
import io.splittune.core.Check;
import io.splittune.core.UserException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Writes a model with its adapter merged in, {@code W + (alpha / rank) B A}, in the naming of its base: a folder that
 * timm or Hugging Face load like the base itself.
 */
public final class MergedExport {
    private static final String PREPROCESSOR = "preprocessor_config.json";

    private final Checkpoint base;
    private final ModelConfig config;
    private final LoraConfig lora;
    private final AdapterState state;

    private MergedExport(Checkpoint base, ModelConfig config, LoraConfig lora, AdapterState state) {
        this.base = base;
        this.config = config;
        this.lora = lora;
        this.state = state;
    }

    /**
     * Writes {@code config.json}, {@code model.safetensors} and, if the base has one, {@code preprocessor_config.json}.
     * Each file appears whole or not at all. Tensors keep the type that they have in the base (rounded to nearest even);
     * they are merged one at a time in fp32.
     *
     * @param folder made if missing; not the base's
     * @param base a whole checkpoint, from a folder
     * @param config the model that was trained, its image size and classes included
     * @param lora what was trained
     * @param state all tensors of {@code lora.tensorShapes(config, whole)}
     * @throws UserException when the folder is the base's own
     * @throws IOException when writing fails
     */
    public static void write(Path folder, Checkpoint base, ModelConfig config, LoraConfig lora, AdapterState state)
            throws IOException {
        Check.require(Files.isDirectory(base.path()), "%s is no folder with a whole checkpoint.", base.path());
        state.requireShapes(lora.tensorShapes(config, HalfRange.whole(config.depth())), "merge");
        Check.require(
                config.classes() == base.config().classes() || lora.trainHead(),
                "The base has %s classes and the adapter has no head for %s.",
                base.config().classes(),
                config.classes());
        if (Files.exists(folder) && Files.isSameFile(folder, base.path())) {
            throw new UserException(folder + ": holds the base model; choose another folder for the merged one.");
        }
        MergedExport export = new MergedExport(base, config, lora, state);
        AtomicFiles.write(folder.resolve("model.safetensors"), out -> export.writeWeights(Channels.newChannel(out)));
        if (Files.exists(base.path().resolve(PREPROCESSOR))) {
            byte[] preprocessor = Files.readAllBytes(base.path().resolve(PREPROCESSOR));
            AtomicFiles.write(folder.resolve(PREPROCESSOR), out -> out.write(preprocessor));
        }
        AtomicFiles.writeString(folder.resolve("config.json"), JsonFiles.toText(export.configFile()));
    }

    private void writeWeights(WritableByteChannel out) throws IOException {
        TensorNames names = config.classes() > 0 ? base.tensorNames().withClassifier() : base.tensorNames();
        Map<String, long[]> shapes = config.tensorShapes(HalfRange.whole(config.depth()));
        List<SafetensorsWriter.Plan> plans = new ArrayList<>();
        shapes.forEach((canonical, shape) -> {
            List<String> parts = names.tensors(canonical);
            long[] partShape = shape.clone();
            partShape[0] /= parts.size();
            parts.forEach(part -> plans.add(new SafetensorsWriter.Plan(part, type(canonical), partShape)));
        });
        // Hugging Face refuses a file without this mark.
        SafetensorsWriter.writeFully(out, SafetensorsWriter.header(plans, Map.of("format", "pt")));
        for (Map.Entry<String, long[]> entry : shapes.entrySet()) {
            FloatArray value = merged(entry.getKey());
            Check.require(
                    Arrays.equals(value.shape(), entry.getValue()),
                    "%s has shape %s, not %s.",
                    entry.getKey(),
                    Arrays.toString(value.shape()),
                    Arrays.toString(entry.getValue()));
            ByteBuffer bytes = ByteBuffer.allocate(
                    Math.multiplyExact(value.size(), type(entry.getKey()).bytes()));
            type(entry.getKey()).putFloats(value.toArray(), bytes);
            SafetensorsWriter.writeFully(out, bytes.flip());
        }
    }

    private SafetensorsType type(String canonical) {
        return base.type(base.has(canonical) ? canonical : "norm.weight");
    }

    private FloatArray merged(String canonical) {
        FloatArray trained = state.tensors().get(canonical);
        if (trained != null) {
            return trained;
        }
        if (canonical.equals("pos_embed")) {
            return base.readPositions(config.imageSize());
        }
        FloatArray weight = base.readFloats(canonical);
        String module = canonical.replaceFirst("\\.weight$", "");
        FloatArray a = state.tensors().get(module + ".lora_A");
        FloatArray b = state.tensors().get(module + ".lora_B");
        return a == null || b == null ? weight : merge(weight, a, b, lora.scale());
    }

    /**
     * Merges one map.
     *
     * @param weight shape (out, ...), its further axes flattened to {@code in}
     * @param a shape (rank, in)
     * @param b shape (out, rank)
     * @param scale alpha / rank
     * @return {@code weight + scale b a}, of the shape of {@code weight}
     */
    static FloatArray merge(FloatArray weight, FloatArray a, FloatArray b, double scale) {
        int rank = Math.toIntExact(a.shape()[0]);
        int inputs = Math.toIntExact(a.shape()[1]);
        int outputs = Math.toIntExact(b.shape()[0]);
        float[] merged = weight.toArray();
        float[] down = a.toArray();
        float[] delta = new float[inputs];
        for (int out = 0; out < outputs; out++) {
            Arrays.fill(delta, 0);
            for (int r = 0; r < rank; r++) {
                float factor = (float) (scale * b.get(out * rank + r));
                for (int in = 0; in < inputs; in++) {
                    delta[in] += factor * down[r * inputs + in];
                }
            }
            for (int in = 0; in < inputs; in++) {
                merged[out * inputs + in] += delta[in];
            }
        }
        return FloatArray.wrap(merged, weight.shape());
    }

    /** The base's config.json, with the image size and the classes that were trained. */
    private ObjectNode configFile() {
        ObjectNode json = (ObjectNode) JsonFiles.read(base.path().resolve("config.json"));
        boolean timm = ModelConfigReader.isTimm(json, base.path().toString());
        boolean newClasses = config.classes() != base.config().classes()
                || !config.labels().equals(base.config().labels());
        if (timm) {
            ObjectNode arguments = json.withObjectProperty("model_args");
            if (config.imageSize() != base.config().imageSize()) {
                arguments.put("img_size", config.imageSize());
                json.withObjectProperty("pretrained_cfg")
                        .putArray("input_size")
                        .add(config.channels())
                        .add(config.imageSize())
                        .add(config.imageSize());
            }
            if (newClasses) {
                arguments.remove("num_classes");
                json.put("num_classes", config.classes());
                json.remove("label_names");
                ArrayNode labels = json.arrayNode();
                config.labels().forEach(labels::add);
                if (!labels.isEmpty()) {
                    json.set("label_names", labels);
                }
            }
            return json;
        }
        json.put("image_size", config.imageSize());
        if (newClasses) {
            json.putArray("architectures").add("ViTForImageClassification");
            putLabels(json);
        }
        return json;
    }

    private void putLabels(ObjectNode json) {
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
