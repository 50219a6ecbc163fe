package io.splittune.model;

import io.splittune.core.Check;
import io.splittune.core.RandomStreams;
import io.splittune.tensor.Autograd;
import io.splittune.tensor.DType;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A contiguous part of a frozen transformer: the device's half, the server's half, the whole model, or some blocks. What
 * is trained is a {@link TrainableSet} beside it.
 *
 * <p>The weights are loaded once, require no gradient, and are shared: any number of threads may run {@link #forward} at
 * the same time, each with its own trainable set. Owns its native memory until closed; nobody may be in a forward pass
 * then, and no graph that a pass recorded may be walked after it.
 *
 * <p>B batch, C channels, S image size, T tokens, D width.
 */
public final class TransformerHalf implements AutoCloseable {
    private final ModelConfig config;
    private final HalfRange range;
    private final Precision precision;
    private final TensorScope scope;
    private final Map<String, Tensor> frozen = new LinkedHashMap<>();
    private final List<Stage> stages = new ArrayList<>();

    @SuppressWarnings("try")
    private TransformerHalf(
            ModelConfig config, HalfRange range, Precision precision, Function<String, Optional<Tensor>> source) {
        Map<String, long[]> shapes = config.tensorShapes(range);
        this.config = config;
        this.range = range;
        this.precision = precision;
        this.scope = TensorScope.detached("weights");
        try (TensorScope.Entry entry = scope.enter()) {
            shapes.forEach((name, shape) ->
                    source.apply(name).ifPresent(tensor -> frozen.put(name, checked(tensor, name, shape))));
        } catch (RuntimeException | Error failure) {
            scope.close();
            throw failure;
        }
        scope.seal();
        addStages();
    }

    /** A part that shares the owner's weights. */
    private TransformerHalf(TransformerHalf owner, HalfRange range) {
        this.config = owner.config;
        this.range = range;
        this.precision = owner.precision;
        this.scope = TensorScope.detached("shared weights");
        config.tensorShapes(range)
                .keySet()
                .forEach(name -> owner.find(name).ifPresent(tensor -> frozen.put(name, tensor)));
        addStages();
    }

    private void addStages() {
        if (range.embedding()) {
            stages.add(new PatchEmbedding(config));
        }
        for (int block = range.fromBlock(); block < range.toBlock(); block++) {
            stages.add(new Block(block, config));
        }
        if (range.head()) {
            Check.require(config.classes() > 0, "classes (%s) must be > 0 in a part with a head.", config.classes());
            stages.add(new ClassificationHead(config));
        }
    }

    /**
     * Returns a part of this part. The weights stay where they are: the server keeps one base whatever each device's cut.
     *
     * @param inner within {@link #range}
     * @return must not be used after this half is closed; closing it frees no weights
     * @throws IllegalArgumentException if this half lacks some of it
     */
    public TransformerHalf part(HalfRange inner) {
        boolean within = inner.fromBlock() >= range.fromBlock()
                && inner.toBlock() <= range.toBlock()
                && (range.embedding() || !inner.embedding())
                && (range.head() || !inner.head());
        Check.require(within, "%s is not within %s.", inner, range);
        return new TransformerHalf(this, inner);
    }

    private static Tensor checked(Tensor tensor, String name, long[] shape) {
        Check.require(
                Arrays.equals(tensor.shape(), shape),
                "%s has shape %s, the model needs %s.",
                name,
                Arrays.toString(tensor.shape()),
                Arrays.toString(shape));
        return tensor.named(name);
    }

    /**
     * Loads the tensors of a part, and no others.
     *
     * @param checkpoint where the weights are; read, not kept
     * @param config the model that is trained: the checkpoint's, maybe with another image size (positions are
     *     interpolated) or another number of classes (then the part has no head weights of its own, and the trainable
     *     set must bring them)
     * @param range the part
     * @param precision what weights are rounded to
     * @throws io.splittune.core.UserException if a tensor is missing, damaged or of another shape
     * @throws IllegalArgumentException if the range does not fit the model
     */
    public static TransformerHalf load(
            Checkpoint checkpoint, ModelConfig config, HalfRange range, Precision precision) {
        boolean ownHead = checkpoint.config().classes() == config.classes();
        return new TransformerHalf(config, range, precision, name -> {
            if (name.startsWith("head.") && !ownHead) {
                return Optional.empty();
            }
            return Optional.of(
                    name.equals("pos_embed")
                            ? checkpoint.readPositions(config.imageSize(), precision.dtype())
                            : checkpoint.read(name, precision.dtype()));
        });
    }

    /**
     * Makes a part from given values.
     *
     * @param weights by canonical name, at least those of the part; copied
     * @throws IllegalArgumentException if one is missing or has another shape
     */
    public static TransformerHalf of(ModelConfig config, HalfRange range, Precision precision, AdapterState weights) {
        return new TransformerHalf(
                config, range, precision, name -> Optional.of(toTensor(weights.get(name), precision.dtype())));
    }

    /**
     * Makes a part with random weights as timm initialises them; each depends on the seed and its name alone, so that
     * two halves make the same model as the whole.
     */
    public static TransformerHalf random(
            ModelConfig config, HalfRange range, Precision precision, RandomStreams streams) {
        return of(config, range, precision, Initialisation.weights(config, range, streams));
    }

    private static Tensor toTensor(FloatArray values, DType dtype) {
        return TensorScope.compute(
                "weight", () -> Tensors.of(values.toArray(), values.shape()).to(dtype));
    }

    /**
     * Computes the part with trainable tensors laid over it.
     *
     * <p>In training mode operations are recorded, and backward gives the gradients of the set, and of the input if that
     * requires one. Nothing is computed for an input that does not.
     *
     * @param input pixels (B, C, S, S) for a part with the embedding, else hidden states (B, T, D); fp32
     * @param trainables must have the tensors of this part; may have more
     * @param mode training or evaluation
     * @return hidden states (B, T, D), or logits (B, classes) for a part with the head; fp32, in the innermost scope. The
     *     hidden states of {@link Precision#BF16} are values of that type, so rounding them to it again loses nothing
     * @throws IllegalArgumentException if the input has another shape
     * @throws IllegalStateException if this thread has no open scope, or no weights were given for the head
     */
    public Tensor forward(Tensor input, TrainableSet trainables, ForwardMode mode) {
        return forward(input, Optional.of(trainables), mode);
    }

    /**
     * Computes the frozen part alone, without recording.
     *
     * @param input as in {@link #forward(Tensor, TrainableSet, ForwardMode)}
     * @return as there
     */
    public Tensor forward(Tensor input) {
        return forward(input, Optional.empty(), ForwardMode.eval());
    }

    @SuppressWarnings("try")
    private Tensor forward(Tensor input, Optional<TrainableSet> trainables, ForwardMode mode) {
        requireInput(input);
        ForwardPass pass = new ForwardPass(frozen, trainables, mode, precision.dtype());
        try (Autograd.Guard guard = mode.training() ? Autograd.withGrad() : Autograd.noGrad()) {
            return TensorScope.compute("forward", () -> {
                Tensor x = input.to(precision.dtype());
                for (Stage stage : stages) {
                    Tensor before = x;
                    x = TensorScope.compute("stage", () -> stage.forward(before, pass));
                    before.release(); // what backward needs of it is kept by the graph
                }
                return x.to(DType.FP32);
            });
        }
    }

    private void requireInput(Tensor input) {
        long[] shape = input.shape();
        long[] expected = range.embedding()
                ? new long[] {-1, config.channels(), config.imageSize(), config.imageSize()}
                : new long[] {-1, config.tokens(), config.width()};
        expected[0] = shape.length == 0 ? -1 : shape[0];
        Check.require(
                Arrays.equals(shape, expected),
                "input has shape %s, this part of the model takes %s with any batch size first.",
                Arrays.toString(shape),
                Arrays.toString(expected));
    }

    /** Returns the model that this is a part of. */
    public ModelConfig config() {
        return config;
    }

    /** Returns which part it is. */
    public HalfRange range() {
        return range;
    }

    /** Returns what the weights are rounded to. */
    public Precision precision() {
        return precision;
    }

    /** Returns the bytes of the frozen weights in native memory. */
    public long weightBytes() {
        return frozen.values().stream().mapToLong(Tensor::bytes).sum();
    }

    /** Returns a copy of the frozen weights by canonical name. */
    public AdapterState weights() {
        Map<String, FloatArray> copy = new LinkedHashMap<>();
        frozen.forEach((name, tensor) -> copy.put(name, FloatArray.wrap(tensor.toFloats(), tensor.shape())));
        return new AdapterState(copy);
    }

    /** Returns a frozen weight, or empty when this part has none of that name. */
    Optional<Tensor> find(String name) {
        return Optional.ofNullable(frozen.get(name));
    }

    /** Frees the weights. Closing again does nothing. */
    @Override
    public void close() {
        scope.close();
    }
}
