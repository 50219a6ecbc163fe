package io.splittune.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.splittune.core.Check;
import io.splittune.core.UserException;
import io.splittune.tensor.DType;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
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
    private static final int CHUNK_BYTES = 1 << 20;

    private final Path path;
    private final ModelConfig config;
    private final TensorNames tensorNames;
    private final Map<String, Located> tensors;
    private final List<SafetensorsFile> files;
    private ByteBuffer buffer = ByteBuffer.allocateDirect(0);

    /** A tensor's type, shape and parts, which follow one another along the first axis. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Located(SafetensorsType type, long[] shape, List<Part> parts) {
        long bytes() {
            return FloatArray.elements(shape) * type.bytes();
        }
    }

    private record Part(SafetensorsFile file, String name) {}

    private Checkpoint(
            Path path,
            ModelConfig config,
            TensorNames tensorNames,
            Map<String, Located> tensors,
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
        ModelConfigReader.isTimm(json, configFile.toString());
        Map<String, SafetensorsFile> weights = CheckpointFolder.open(folder);
        List<SafetensorsFile> files = weights.values().stream().distinct().toList();
        try {
            Map<String, long[]> shapes = new LinkedHashMap<>();
            weights.forEach((name, file) -> shapes.put(name, file.shape(name)));
            TensorNames names = TensorNames.detect(shapes.keySet(), folder.toString());
            CheckpointFolder.refuseOtherTokens(shapes.keySet(), folder);
            ModelConfig config = new ModelConfigReader(
                            json, CheckpointFolder.preprocessor(folder), names, shapes, configFile.toString())
                    .read();
            Map<String, long[]> wanted = config.tensorShapes(HalfRange.whole(config.depth()));
            Set<String> unused = new LinkedHashSet<>(shapes.keySet());
            wanted.keySet().forEach(canonical -> names.tensors(canonical).forEach(unused::remove));
            // Before what is missing: what another architecture has says more than what it lacks.
            CheckpointFolder.refuseUnused(unused, folder);
            Map<String, Located> located = new LinkedHashMap<>();
            wanted.forEach((canonical, shape) ->
                    located.put(canonical, locate(canonical, shape, names.tensors(canonical), weights, folder)));
            return new Checkpoint(folder, config, names, located, files);
        } catch (RuntimeException e) {
            files.forEach(SafetensorsFile::close);
            throw e;
        }
    }

    private static Located locate(
            String canonical, long[] shape, List<String> sources, Map<String, SafetensorsFile> weights, Path folder) {
        long[] partShape = shape.clone();
        partShape[0] /= sources.size();
        List<Part> parts = new ArrayList<>();
        for (String source : sources) {
            SafetensorsFile file = weights.get(source);
            if (file == null) {
                throw new UserException(folder + ": the weights lack " + source + "; copy the checkpoint again.");
            }
            checkTensor(file, source, partShape);
            parts.add(new Part(file, source));
        }
        SafetensorsType type = parts.get(0).file.type(parts.get(0).name);
        for (Part part : parts) {
            if (part.file.type(part.name) != type) {
                throw new UserException(folder + ": " + sources + " have different types; they must have one, as they"
                        + " form one tensor (" + canonical + ").");
            }
        }
        return new Located(type, shape, List.copyOf(parts));
    }

    private static void checkTensor(SafetensorsFile file, String name, long[] shape) {
        if (!Arrays.equals(file.shape(name), shape)) {
            throw new UserException(file.path() + ": " + name + " has shape " + Arrays.toString(file.shape(name))
                    + ", the model needs " + Arrays.toString(shape) + ".");
        }
        if (!file.type(name).isWeight()) {
            throw new UserException(
                    file.path() + ": " + name + " is " + file.type(name) + "; F32, F16 and BF16 are supported.");
        }
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
            ModelConfig config =
                    JsonFiles.toRecord(JsonFiles.parse(text, file.toString()), ModelConfig.class, file.toString());
            Map<String, Located> located = new LinkedHashMap<>();
            config.tensorShapes(HalfRange.whole(config.depth())).forEach((name, shape) -> {
                if (weights.names().contains(name)) {
                    checkTensor(weights, name, shape);
                    located.put(name, new Located(weights.type(name), shape, List.of(new Part(weights, name))));
                }
            });
            Check.require(located.size() == weights.names().size(), "it has tensors that its model has not");
            return new Checkpoint(file, config, TensorNames.TIMM, located, List.of(weights));
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
        return located(name).shape.clone();
    }

    /**
     * Returns the type that a tensor has on disk.
     *
     * @throws IllegalArgumentException when it is not there
     */
    public SafetensorsType type(String name) {
        return located(name).type;
    }

    /**
     * Reads a tensor to the heap.
     *
     * @param name canonical
     * @return its values, converted exactly
     * @throws IllegalArgumentException when it is not there
     */
    public FloatArray readFloats(String name) {
        Located tensor = located(name);
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(tensor.bytes()));
        readInto(tensor, bytes);
        return FloatArray.wrap(tensor.type.toFloats(bytes.flip()), tensor.shape.clone());
    }

    /**
     * Reads a tensor to native memory.
     *
     * @param name canonical
     * @param as element type of the result
     * @return a new tensor in the innermost open scope of this thread
     * @throws IllegalArgumentException when it is not there
     */
    public synchronized Tensor read(String name, DType as) {
        Located tensor = located(name);
        int bytes = Math.toIntExact(tensor.bytes());
        if (buffer.capacity() < bytes) {
            buffer = ByteBuffer.allocateDirect(bytes);
        }
        buffer.clear().limit(bytes);
        readInto(tensor, buffer);
        buffer.flip();
        DType stored = dtype(tensor.type);
        if (stored == as) {
            return Tensors.fromBytes(buffer, as, tensor.shape);
        }
        try (TensorScope conversion = TensorScope.open("read " + name)) {
            return conversion.moveToParent(
                    Tensors.fromBytes(buffer, stored, tensor.shape).to(as));
        }
    }

    /**
     * Reads the positions for an image size, interpolated when it is not the checkpoint's.
     *
     * @param imageSize in pixels, a multiple of the patch size
     * @return shape (1, tokens, width)
     */
    public FloatArray readPositions(int imageSize) {
        ModelConfig wanted = config.withImageSize(imageSize);
        return PositionInterpolation.resize(
                readFloats("pos_embed"),
                config.imageSize() / config.patchSize(),
                wanted.imageSize() / config.patchSize());
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
            stream(located(plan.name()), digest::update);
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
     * the model's config. Memory is bounded by a chunk of 1 MiB.
     *
     * @param range the part, whose tensors must be there
     * @param out not closed
     * @throws IOException when {@code out} fails
     */
    public void writeHalf(HalfRange range, WritableByteChannel out) throws IOException {
        List<SafetensorsWriter.Plan> plans = plans(range);
        SafetensorsWriter.writeFully(out, SafetensorsWriter.header(plans, halfMetadata()));
        for (SafetensorsWriter.Plan plan : plans) {
            stream(located(plan.name()), chunk -> SafetensorsWriter.writeFully(out, chunk));
        }
    }

    private Map<String, String> halfMetadata() {
        return Map.of(CONFIG_KEY, JsonFiles.toTree(config).toString());
    }

    private List<SafetensorsWriter.Plan> plans(HalfRange range) {
        return config.tensorShapes(range).keySet().stream()
                .map(name -> new SafetensorsWriter.Plan(name, located(name).type, located(name).shape))
                .toList();
    }

    /** What takes a tensor's bytes, chunk by chunk. */
    private interface Sink<E extends Exception> {
        void accept(ByteBuffer chunk) throws E;
    }

    private static <E extends Exception> void stream(Located tensor, Sink<E> sink) throws E {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        for (Part part : tensor.parts) {
            long bytes = part.file.bytes(part.name);
            for (long offset = 0; offset < bytes; offset += CHUNK_BYTES) {
                chunk.clear().limit((int) Math.min(CHUNK_BYTES, bytes - offset));
                part.file.read(part.name, offset, chunk);
                sink.accept(chunk.flip());
            }
        }
    }

    private static void readInto(Located tensor, ByteBuffer target) {
        for (Part part : tensor.parts) {
            int bytes = Math.toIntExact(part.file.bytes(part.name));
            part.file.read(part.name, 0, target.slice(target.position(), bytes));
            target.position(target.position() + bytes);
        }
    }

    private static DType dtype(SafetensorsType type) {
        return switch (type) {
            case F32 -> DType.FP32;
            case F16 -> DType.FP16;
            case BF16 -> DType.BF16;
            default -> throw new IllegalStateException(type + " is no weight type.");
        };
    }

    private Located located(String name) {
        Located found = tensors.get(name);
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
