package io.splittune.model;

import io.splittune.core.RandomStreams;
import io.splittune.core.RandomStreams.Purpose;
import io.splittune.tensor.DType;
import io.splittune.tensor.Ops;
import io.splittune.tensor.Tensor;
import java.util.Map;
import java.util.Optional;

/**
 * What the stages of one forward pass share: the frozen weights with the trainable ones laid over them, and the mode.
 * Confined to the thread of the pass.
 */
final class ForwardPass {
    private final Map<String, Tensor> frozen;
    private final Optional<TrainableSet> trainables;
    private final Optional<LoraConfig> lora;
    private final ForwardMode mode;
    private final DType dtype;
    private final Optional<Sequence> sequence;

    ForwardPass(
            Map<String, Tensor> frozen,
            Optional<TrainableSet> trainables,
            ForwardMode mode,
            DType dtype,
            Optional<Sequence> sequence) {
        this.frozen = frozen;
        this.trainables = trainables;
        this.lora = trainables.flatMap(TrainableSet::lora);
        this.mode = mode;
        this.dtype = dtype;
        this.sequence = sequence;
    }

    /** Returns the element type of the computation. */
    DType dtype() {
        return dtype;
    }

    /** Returns whether operations are recorded. */
    boolean training() {
        return mode.training();
    }

    /** Returns whether backward computes each stage anew. */
    boolean recomputes() {
        return mode.recomputes();
    }

    /**
     * Returns what a LLaMA's blocks share.
     *
     * @throws IllegalStateException in a pass of another model
     */
    Sequence sequence() {
        return sequence.orElseThrow(() -> new IllegalStateException("This pass is over no sequence."));
    }

    /**
     * Returns a weight in the type of the computation: the trainable one if there is one, else the frozen one.
     *
     * @throws IllegalStateException if there is neither
     */
    Tensor weight(String name) {
        return find(name)
                .orElseThrow(() -> new IllegalStateException("There are no weights for '" + name
                        + "'. Maybe the head is new (another number of classes) and is not trained."));
    }

    /** Returns a weight as {@link #weight} does, or empty when there is none. */
    Optional<Tensor> find(String name) {
        Optional<Tensor> trained = trainable(name);
        return trained.isPresent() ? trained : Optional.ofNullable(frozen.get(name));
    }

    /** Returns a trainable tensor, its fp32 master rounded to the type of the computation. */
    private Optional<Tensor> trainable(String name) {
        return trainables.flatMap(set -> set.find(name)).map(tensor -> tensor.to(dtype));
    }

    /**
     * Applies a linear map with its bias and adapter, if it has any:
     * {@code x W^T + b + (alpha / r) dropout(x) A^T B^T}.
     *
     * @param module such as {@code blocks.0.attn.qkv}
     * @param x (..., in)
     * @return (..., out)
     */
    Tensor linear(String module, Tensor x) {
        Tensor weight = weight(module + ".weight");
        Tensor matrix = weight.rank() == 2 ? weight : weight.reshape(weight.size(0), -1); // a convolution over patches
        Optional<Tensor> bias = find(module + ".bias");
        Tensor y = bias.isPresent() ? Ops.linear(x, matrix, bias.get()) : Ops.linear(x, matrix);
        Optional<Tensor> down = trainable(module + ".lora_A");
        return down.isPresent() && lora.isPresent() ? addLowRank(y, module, x, down.get(), lora.get()) : y;
    }

    private Tensor addLowRank(Tensor y, String module, Tensor x, Tensor down, LoraConfig config) {
        Tensor input = x;
        if (mode.training() && config.dropout() > 0) {
            long seed =
                    new RandomStreams(mode.dropoutSeed()).streamSeed(Purpose.DROPOUT, Initialisation.nameKey(module));
            input = Ops.dropout(x, config.dropout(), seed);
        }
        Tensor up = trainable(module + ".lora_B")
                .orElseThrow(() -> new IllegalStateException("The adapter of '" + module + "' has A, but no B."));
        return Ops.addLinear(y, Ops.linear(input, down), up, config.scale());
    }

    /**
     * Normalises the last dimension.
     *
     * @param module such as {@code blocks.0.norm1}
     */
    Tensor layerNorm(String module, Tensor x, double epsilon) {
        return Ops.layerNorm(x, weight(module + ".weight"), weight(module + ".bias"), epsilon);
    }

    /**
     * Divides the last dimension by its root mean square.
     *
     * @param module such as {@code model.layers.0.input_layernorm}
     */
    Tensor rmsNorm(String module, Tensor x, double epsilon) {
        return Ops.rmsNorm(x, weight(module + ".weight"), epsilon);
    }
}
