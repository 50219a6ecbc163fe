package io.splittune.model;

import io.splittune.core.Check;
import io.splittune.core.RandomStreams;
import io.splittune.tensor.DType;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.Tensors;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

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
    private final List<Stage> stages;

    @SuppressWarnings("try")
    private TransformerHalf(
            ModelConfig config,
            HalfRange range,
            Precision precision,
            BiFunction<String, long[], Optional<Tensor>> source) {
        Map<String, long[]> shapes = config.tensorShapes(range);
        this.config = config;
        this.range = range;
        this.precision = precision;
        this.stages = Stages.of(config, range);
        this.scope = TensorScope.detached("weights");
        try (TensorScope.Entry entry = scope.enter()) {
            shapes.forEach((name, shape) ->
                    source.apply(name, shape).ifPresent(tensor -> frozen.put(name, checked(tensor, name, shape))));
        } catch (RuntimeException | Error failure) {
            scope.close();
            throw failure;
        }
        scope.seal();
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
        this.stages = Stages.of(config, range);
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
        return new TransformerHalf(config, range, precision, (name, shape) -> {
            if (config.headShapes().containsKey(name) && !ownHead) {
                return Optional.empty();
            }
            return Optional.of(
                    config instanceof VitConfig vit && name.equals("pos_embed")
                            ? checkpoint.readPositions(vit.imageSize(), precision.dtype())
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
                config, range, precision, (name, shape) -> Optional.of(toTensor(weights.get(name), precision.dtype())));
    }

    /**
     * Makes a part with random weights as timm or transformers initialise them; each depends on the seed and its name alone, so that
     * two halves make the same model as the whole.
     */
    public static TransformerHalf random(
            ModelConfig config, HalfRange range, Precision precision, RandomStreams streams) {
        return new TransformerHalf(
                config,
                range,
                precision,
                (name, shape) -> Optional.of(toTensor(Initialisation.weight(name, shape, streams), precision.dtype())));
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
     * @param input for a part with the embedding pixels (B, C, S, S), or token numbers (B, T), int64, T at most {@link
     *     ModelConfig#tokens}; else hidden states (B, T, D); fp32
     * @param trainables must have the tensors of this part; may have more
     * @param mode training or evaluation
     * @return hidden states (B, T, D), or for a part with the head logits (B, classes), of a LLaMA (B, T, outputs); fp32,
     *     in the innermost scope. The hidden states of {@link Precision#BF16} are values of that type, so rounding them to it again loses nothing
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

    /**
     * What the loss of some samples is.
     *
     * @param loss cross entropy in nats, summed over the targets
     * @param correct targets whose label got the greatest value
     * @param targets how many labels counted
     */
    public record Score(double loss, long correct, long targets) {}

    /**
     * Computes the loss of a part with the head. In training mode this also goes backward: gradients of the summed loss
     * are added to the trainables', and to the input's if that requires one.
     *
     * @param input as in {@link #forward(Tensor, TrainableSet, ForwardMode)}
     * @param labels one per sample, or one per token ({@link ModelConfig#labelsTokens}), row by row, some of them {@link
     *     ModelConfig#NO_LABEL}; those that are not lie in {@code [0, config().outputs())}
     * @param trainables as there
     * @param mode training or evaluation
     * @return sums over the targets
     */
    @SuppressWarnings("try")
    public Score score(Tensor input, int[] labels, TrainableSet trainables, ForwardMode mode) {
        Check.require(range.head(), "A part without the head (%s) has no loss.", range);
        try (TensorScope scope = TensorScope.open("score")) {
            ForwardPass pass = pass(input, Optional.of(trainables), mode, Optional.empty());
            int last = stages.size() - 1;
            Recorded body = new StageRun(stages.subList(0, last), pass).record(input);
            return new HeadLoss(stages.get(last), pass, config).score(body, labels);
        }
    }

    /**
     * Computes the part in training mode and keeps what the backward pass needs: all of it, or each block's input alone
     * when the mode {@linkplain ForwardMode#recomputes recomputes}. The results are the same.
     *
     * @param input as in {@link #forward(Tensor, TrainableSet, ForwardMode)}
     * @param trainables as there
     * @param mode of training
     * @return the pass, which lives in the innermost scope
     * @throws IllegalArgumentException if the input has another shape, or the mode is evaluation
     */
    public Recorded record(Tensor input, TrainableSet trainables, ForwardMode mode) {
        Check.require(mode.training(), "Evaluation records nothing.");
        return new StageRun(stages, pass(input, Optional.of(trainables), mode, Optional.empty())).record(input);
    }

    private Tensor forward(Tensor input, Optional<TrainableSet> trainables, ForwardMode mode) {
        Check.require(!mode.recomputes(), "A pass that recomputes needs record(), which has its own backward pass.");
        return TensorScope.compute(
                "pass", () -> new StageRun(stages, pass(input, trainables, mode, Optional.empty())).forward(input));
    }

    /**
     * Computes the next tokens of a text of which the cache holds the keys and values of those before.
     *
     * @param input token numbers (1, T), or hidden states (1, T, D); after the first call T is 1
     * @param cache of this part and text; keeps the new tokens too
     * @return hidden states (1, T, D), or the last token's logits (1, 1, outputs) of a part with the head
     */
    Tensor extend(Tensor input, Optional<TrainableSet> trainables, KeyValueCache cache) {
        return TensorScope.compute("extend", () -> {
            ForwardPass pass = pass(input, trainables, ForwardMode.eval(), Optional.of(cache));
            int body = range.head() ? stages.size() - 1 : stages.size();
            Tensor hidden = new StageRun(stages.subList(0, body), pass).forward(input);
            cache.advance(input.size(1));
            return range.head()
                    ? new StageRun(stages.subList(body, stages.size()), pass)
                            .forward(hidden.narrow(1, hidden.size(1) - 1, 1))
                    : hidden;
        });
    }

    private ForwardPass pass(
            Tensor input, Optional<TrainableSet> trainables, ForwardMode mode, Optional<KeyValueCache> cache) {
        Stages.requireInput(config, range, input);
        Optional<Sequence> sequence = config instanceof LlamaConfig llama
                ? Optional.of(Sequence.of(llama, input.size(1), precision.dtype(), cache))
                : Optional.empty();
        return new ForwardPass(frozen, trainables, mode, precision.dtype(), sequence);
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

    /** Returns what training of a tensor starts from: the weight of that name; of a tied head the embedding's matrix. */
    Optional<Tensor> startOf(String name) {
        boolean tied = config instanceof LlamaConfig llama
                && config.headShapes().containsKey(name)
                && llama.headMatrix().equals(LlamaConfig.EMBEDDING);
        return find(tied ? LlamaConfig.EMBEDDING : name);
    }

    /** Frees the weights. Closing again does nothing. */
    @Override
    public void close() {
        scope.close();
    }
}
