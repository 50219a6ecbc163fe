package io.splittune.model;

import io.splittune.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * What training changes in a {@link TransformerHalf}: fp32 tensors by name, laid over the frozen weights in a forward
 * pass. A tensor named as a weight stands in for it; {@code MODULE.lora_A} and {@code MODULE.lora_B} add to it.
 *
 * <p>Owns its native memory, gradients included, until closed. One thread at a time may use a set; any number of sets
 * may share one half.
 */
public sealed interface TrainableSet extends AutoCloseable permits AdapterSet, FullParameters {
    /** Returns the parameters in the order of the computation. */
    List<Parameter> parameters();

    /** Returns the tensor of that name, or empty when training does not change it. */
    Optional<Tensor> find(String name);

    /** Returns how the low-rank adapters of this set are applied; empty when it has none. */
    Optional<LoraConfig> lora();

    /** Returns a copy of all values. */
    AdapterState snapshot();

    /**
     * Replaces all values, keeps gradients.
     *
     * @param state exactly the names and shapes of this set
     * @throws io.splittune.core.UserException naming the first tensor that does not fit; nothing is changed then
     */
    void load(AdapterState state);

    /** Frees all gradients, so that the next backward pass starts from none. */
    void clearGradients();

    /** Frees the native memory. Closing again does nothing. */
    @Override
    void close();
}
