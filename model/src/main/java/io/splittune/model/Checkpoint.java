package io.splittune.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.splittune.core.Check;
import io.splittune.core.UserException;
import io.splittune.tensor.DType;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.Tensors;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The weights of a vision transformer on disk, under canonical names, read tensor by tensor.
 *
 * <p>A folder holds {@code config.json} and {@code *.safetensors} as timm or Hugging Face write them; a half file holds
 * one part of a model, as {@link #writeHalf} writes it. Opening reads headers only; every later read touches the bytes
 * of the wanted tensor and no other. Separate queries, keys and values appear as one fused {@code attn.qkv}.
 * Thread-safe; the owner closes it.
 */
public final class Checkpoint implements AutoCloseable {
    private static final String CONFIG_KEY = "splittune.config";

    private final Path path;
    private final ModelConfig config;
    private final TensorNames tensorNames;
    private final Map<String, StoredTensor> tensors;
    private final List<SafetensorsFile> files;

    private Checkpoint(
            Path path,
            ModelConfig config,
            TensorNames tensorNames,
            Map<String, StoredTensor> tensors,
            List<SafetensorsFile> files) {
        this.path = path;
        this.config = config;
        this.tensorNames = tensorNames;
        this.tensors = Collections.unmodifiableMap(tensors);
        this.files = List.copyOf(files);
    }

    /**
     * Opens a folder.
     *
     * @param folder with {@code config.json} and {@code model.safetensors}, one other {@code *.safetensors}, or
     *     {@code model.safetensors.index.json} with its shards
     * @return the open checkpoint
     * @throws UserException when something is missing, damaged, of another architecture or not consistent
     */
    public static Checkpoint open(Path folder) {
        Path configFile = folder.resolve("config.json");
        JsonNode json = CheckpointFolder.config(folder);
        boolean llama = ModelConfigReader.family(json, configFile.toString()).isLlama();
        Map<String, SafetensorsFile> weights = CheckpointFolder.open(folder);
        List<SafetensorsFile> files = weights.values().stream().distinct().toList();
        try {
            Map<String, long[]> shapes = new LinkedHashMap<>();
            weights.forEach((name, file) -> shapes.put(name, file.shape(name)));
            TensorNames names =
                    llama ? TensorNames.llama(shapes.keySet()) : TensorNames.detect(shapes.keySet(), folder.toString());
            CheckpointFolder.refuseOtherTokens(shapes.keySet(), folder);
            ModelConfig config =
                    ModelConfigReader.read(json, CheckpointFolder.others(folder), names, shapes, configFile.toString());
            Map<String, long[]> wanted = config.tensorShapes(HalfRange.whole(config.depth()));
            Set<String> unused = new LinkedHashSet<>(shapes.keySet());
            wanted.keySet().forEach(canonical -> names.tensors(canonical).forEach(unused::remove));
            // Before what is missing: what another architecture has says more than what it lacks.
            CheckpointFolder.refuseUnused(unused, config, folder);
            Map<String, StoredTensor> located = new LinkedHashMap<>();
            wanted.forEach((canonical, shape) ->
                    located.put(canonical, locate(canonical, shape, names.tensors(canonical), weights, folder)));
            return new Checkpoint(folder, config, names, located, files);
        } catch (RuntimeException e) {
            files.forEach(SafetensorsFile::close);
            throw e;
        }
    }

    private static StoredTensor locate(
            String canonical, long[] shape, List<String> sources, Map<String, SafetensorsFile> weights, Path folder) {
        long[] partShape = shape.clone();
        partShape[0] /= sources.size();
        List<StoredTensor.Part> parts = new ArrayList<>();
        for (String source : sources) {
            SafetensorsFile file = weights.get(source);
            if (file == null) {
                throw new UserException(folder + ": the weights lack " + source + "; copy the checkpoint again.");
            }
            StoredTensor.check(file, source, partShape);
            parts.add(new StoredTensor.Part(file, source));
        }
        SafetensorsType type = parts.get(0).file().type(parts.get(0).name());
        for (StoredTensor.Part part : parts) {
            if (part.file().type(part.name()) != type) {
                throw new UserException(folder + ": " + sources + " have different types; they must have one, as they"
                        + " form one tensor (" + canonical + ").");
            }
        }
        return new StoredTensor(type, shape, List.copyOf(parts));
    }

    /**
     * Opens a part of a model.
     *
     * @param file written by {@link #writeHalf}
     * @return the open checkpoint; {@link #names} lists the part's tensors only
     * @throws UserException when the file is missing, damaged or was not written so
     */
    public static Checkpoint openHalf(Path file) {
        SafetensorsFile weights = SafetensorsFile.open(file);
        try {
            String text = weights.metadata().get(CONFIG_KEY);
            if (text == null) {
                throw new UserException(file + ": holds no half of a model; it was not written by this program.");
            }
            ModelConfig config = ModelConfig.fromJson(text, file.toString());
            Map<String, StoredTensor> located = new LinkedHashMap<>();
            config.tensorShapes(HalfRange.whole(config.depth())).forEach((name, shape) -> {
                if (weights.names().contains(name)) {
                    StoredTensor.check(weights, name, shape);
                    located.put(
                            name,
                            new StoredTensor(weights.type(name), shape, List.of(new StoredTensor.Part(weights, name))));
                }
            });
            Check.require(located.size() == weights.names().size(), "it has tensors that its model has not");
            TensorNames names = config instanceof LlamaConfig ? TensorNames.LLAMA : TensorNames.TIMM;
            return new Checkpoint(file, config, names, located, List.of(weights));
        } catch (IllegalArgumentException e) {
            weights.close();
            throw new UserException(file + ": damaged, " + e.getMessage(), e);
        } catch (RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    /** Returns the folder or half file. */
    public Path path() {
        return path;
    }

    /** Returns the model's shape, its image size and classes as the checkpoint has them. */
    public ModelConfig config() {
        return config;
    }

    TensorNames tensorNames() {
        return tensorNames;
    }

    /** Returns the canonical names of the tensors that are there, in the order of the computation. */
    public Set<String> names() {
        return tensors.keySet();
    }

    /** Returns how many of the model's blocks are there: all of a folder's, those of its part in a half file. */
    public int blocks() {
        int blocks = 0;
        for (int block = 0; block < config.depth(); block++) {
            HalfRange alone = new HalfRange(block, block + 1, false, false);
            if (tensors.keySet().containsAll(config.tensorShapes(alone).keySet())) {
                blocks++;
            }
        }
        return blocks;
    }

    /** Returns whether a tensor is there. */
    public boolean has(String name) {
        return tensors.containsKey(name);
    }

    /**
     * Returns a tensor's shape.
     *
     * @throws IllegalArgumentException when it is not there
     */
    public long[] shape(String name) {
        return located(name).shape().clone();
    }

    /**
     * Returns the type that a tensor has on disk.
     *
     * @throws IllegalArgumentException when it is not there
     */
    public SafetensorsType type(String name) {
        return located(name).type();
    }

    /**
     * Reads a tensor to the heap.
     *
     * @param name canonical
     * @return its values, converted exactly
     * @throws IllegalArgumentException when it is not there
     */
    public FloatArray readFloats(String name) {
        return located(name).readFloats();
    }

    /**
     * Reads a tensor to native memory.
     *
     * @param name canonical
     * @param as element type of the result
     * @return a new tensor in the innermost open scope of this thread
     * @throws IllegalArgumentException when it is not there
     */
    public Tensor read(String name, DType as) {
        return located(name).read(as);
    }

    /**
     * Reads the positions for an image size, interpolated when it is not the checkpoint's.
     *
     * @param imageSize in pixels, a multiple of the patch size
     * @return shape (1, tokens, width)
     */
    public FloatArray readPositions(int imageSize) {
        VitConfig vit = (VitConfig) config;
        VitConfig wanted = vit.withImageSize(imageSize);
        return PositionInterpolation.resize(
                readFloats("pos_embed"), vit.imageSize() / vit.patchSize(), wanted.imageSize() / vit.patchSize());
    }

    /**
     * Reads the positions as {@link #readPositions(int)} does, to native memory.
     *
     * @return a new tensor in the innermost open scope of this thread
     */
    public Tensor readPositions(int imageSize, DType as) {
        FloatArray positions = readPositions(imageSize);
        try (TensorScope conversion = TensorScope.open("read pos_embed")) {
            return conversion.moveToParent(
                    Tensors.of(positions.toArray(), positions.shape()).to(as));
        }
    }

    /** Returns the payload bytes read so far from all files; headers do not count. */
    public long bytesRead() {
        return files.stream().mapToLong(SafetensorsFile::bytesRead).sum();
    }

    /**
     * Returns a digest of the tensors of a part: of names, types, shapes and bytes. Equal for a folder and for a half
     * file that was written from it, and for timm's and Hugging Face's files of the same weights and type.
     *
     * @param range whose tensors must be there, but for a head that the model lacks
     * @return SHA-256 as 64 hexadecimal digits
     */
    public String contentHash(HalfRange range) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
        for (SafetensorsWriter.Plan plan : plans(range)) {
            String description = plan.name() + " " + plan.type() + " " + Arrays.toString(plan.shape()) + "\n";
            digest.update(description.getBytes(StandardCharsets.UTF_8));
            located(plan.name()).stream(digest::update);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * Returns the exact number of bytes that {@link #writeHalf} writes.
     *
     * @param range the part
     */
    public long halfBytes(HalfRange range) {
        List<SafetensorsWriter.Plan> plans = plans(range);
        return SafetensorsWriter.header(plans, halfMetadata()).remaining()
                + plans.stream().mapToLong(SafetensorsWriter.Plan::bytes).sum();
    }

    /**
     * Writes the tensors of a part, in their own types and under canonical names, as one safetensors file that carries
     * the model's config. Memory is bounded by a chunk of a few MiB.
     *
     * @param range the part, whose tensors must be there
     * @param out not closed
     * @throws IOException when {@code out} fails
     */
    public void writeHalf(HalfRange range, WritableByteChannel out) throws IOException {
        List<SafetensorsWriter.Plan> plans = plans(range);
        SafetensorsWriter.writeFully(out, SafetensorsWriter.header(plans, halfMetadata()));
        for (SafetensorsWriter.Plan plan : plans) {
            located(plan.name()).stream(chunk -> SafetensorsWriter.writeFully(out, chunk));
        }
    }

    /** Hands out a tensor's bytes, in its own type, in chunks of whole elements; each is valid during the call alone. */
    <E extends Exception> void stream(String name, StoredTensor.Sink<E> sink) throws E {
        located(name).stream(sink);
    }

    private Map<String, String> halfMetadata() {
        return Map.of(CONFIG_KEY, config.toJson());
    }

    private List<SafetensorsWriter.Plan> plans(HalfRange range) {
        return config.tensorShapes(range).keySet().stream()
                .map(name -> new SafetensorsWriter.Plan(
                        name, located(name).type(), located(name).shape()))
                .toList();
    }

    private StoredTensor located(String name) {
        StoredTensor found = tensors.get(name);
        if (found == null) {
            throw new IllegalArgumentException(path + " has no tensor " + name + ".");
        }
        return found;
    }

    @Override
    public void close() {
        files.forEach(SafetensorsFile::close);
    }
}
