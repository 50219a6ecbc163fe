package io.splittune.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.core.AtomicFiles;
import io.splittune.core.Check;
import io.splittune.core.UserException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a model with its adapter merged in, {@code W + (alpha / rank) B A}, in the naming of its base: a folder that
 * timm or Hugging Face load like the base itself.
 */
public final class MergedExport {
    /** What lies beside a model and holds for the merged one too. */
    private static final List<String> COPIED = List.of(
            "preprocessor_config.json",
            "generation_config.json",
            "tokenizer.json",
            "tokenizer.model",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.json",
            "merges.txt",
            "chat_template.jinja",
            "chat_template.json");

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
     * Writes the folder, its weights in files of at most 5 GB; see the other method.
     *
     * @return the bytes of all weights
     */
    public static long write(Path folder, Checkpoint base, ModelConfig config, LoraConfig lora, AdapterState state)
            throws IOException {
        return write(folder, base, config, lora, state, WeightFiles.SHARD_BYTES);
    }

    /**
     * Writes {@code config.json}, {@code model.safetensors} or shards with {@code model.safetensors.index.json}, and
     * copies of the base's tokenizer, preprocessor and generation files. Each file appears whole or not at all.
     *
     * <p>Tensors keep the type that they have in the base (rounded to nearest even); they are merged in fp32, chunk by
     * chunk of a few MiB. A trained head of a language model whose head is tied to the embedding becomes a matrix of its
     * own ({@code tie_word_embeddings} false); an untrained one stays tied and is not written.
     *
     * @param folder made if missing; not the base's. Weights that are there are replaced
     * @param base a whole checkpoint, from a folder
     * @param config the model that was trained, its image size and classes included
     * @param lora what was trained
     * @param state all tensors of {@code lora.tensorShapes(config, whole)}
     * @param shardBytes the most that one file of weights holds, but for a tensor that is larger
     * @return the bytes of all weights
     * @throws UserException when the folder is the base's own
     * @throws IOException when writing fails
     */
    public static long write(
            Path folder, Checkpoint base, ModelConfig config, LoraConfig lora, AdapterState state, long shardBytes)
            throws IOException {
        Check.positive(shardBytes, "shardBytes");
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
        long bytes = WeightFiles.write(folder, new MergedExport(base, config, lora, state).groups(), shardBytes);
        for (String name : COPIED) {
            Path source = base.path().resolve(name);
            if (Files.exists(source)) {
                AtomicFiles.write(folder.resolve(name), out -> Files.copy(source, out));
            }
        }
        ObjectNode json = (ObjectNode) JsonFiles.read(base.path().resolve("config.json"));
        AtomicFiles.writeString(
                folder.resolve("config.json"),
                JsonFiles.toText(MergedConfig.of(json, base.config(), config, lora.trainHead())));
        return bytes;
    }

    private List<WeightFiles.Group> groups() {
        Map<String, long[]> shapes = new LinkedHashMap<>(config.tensorShapes(HalfRange.whole(config.depth())));
        if (lora.trainHead()) {
            shapes.putAll(config.headShapes());
        }
        TensorNames names = names();
        List<WeightFiles.Group> groups = new ArrayList<>();
        shapes.forEach((canonical, shape) -> {
            List<String> parts = names.tensors(canonical);
            long[] partShape = shape.clone();
            partShape[0] /= parts.size();
            List<SafetensorsWriter.Plan> plans = parts.stream()
                    .map(part -> new SafetensorsWriter.Plan(part, type(canonical), partShape))
                    .toList();
            groups.add(new WeightFiles.Group(plans, out -> write(out, canonical, shape)));
        });
        return groups;
    }

    private TensorNames names() {
        if (config instanceof LlamaConfig) {
            return TensorNames.LLAMA;
        }
        return config.classes() > 0 ? base.tensorNames().withClassifier() : base.tensorNames();
    }

    /** A head that the base lacks gets the type of the norm before it, which every base has. */
    private SafetensorsType type(String canonical) {
        if (base.has(canonical)) {
            return base.type(canonical);
        }
        return base.type(config instanceof LlamaConfig ? LlamaConfig.NORM + ".weight" : "norm.weight");
    }

    private void write(WritableByteChannel out, String canonical, long[] shape) throws IOException {
        SafetensorsType type = type(canonical);
        FloatArray trained = state.tensors().get(canonical);
        if (trained != null) {
            SafetensorsWriter.writeValues(out, type, trained);
            return;
        }
        if (config instanceof VitConfig vit && canonical.equals("pos_embed")) {
            SafetensorsWriter.writeValues(out, type, base.readPositions(vit.imageSize()));
            return;
        }
        Check.require(
                Arrays.equals(base.shape(canonical), shape),
                "%s has shape %s, not %s.",
                canonical,
                Arrays.toString(base.shape(canonical)),
                Arrays.toString(shape));
        String module = canonical.replaceFirst("\\.weight$", "");
        FloatArray a = state.tensors().get(module + ".lora_A");
        FloatArray b = state.tensors().get(module + ".lora_B");
        if (a == null || b == null) {
            base.stream(canonical, chunk -> SafetensorsWriter.writeFully(out, chunk));
        } else {
            writeMerged(out, canonical, new LowRankSum(a, b, lora.scale()));
        }
    }

    private void writeMerged(WritableByteChannel out, String canonical, LowRankSum change) throws IOException {
        SafetensorsType type = type(canonical);
        long[] next = {0};
        base.stream(canonical, chunk -> {
            float[] values = type.toFloats(chunk);
            change.addTo(values, next[0]);
            next[0] += values.length;
            ByteBuffer merged = ByteBuffer.allocate(chunk.remaining());
            type.putFloats(values, merged);
            SafetensorsWriter.writeFully(out, merged.flip());
        });
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
        float[] merged = weight.toArray();
        new LowRankSum(a, b, scale).addTo(merged, 0);
        return FloatArray.wrap(merged, weight.shape());
    }
}
