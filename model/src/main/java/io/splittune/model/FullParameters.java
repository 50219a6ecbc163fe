package io.splittune.model;

import io.splittune.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * All weights of a part of a model as trainable fp32 tensors under their canonical names: for training from scratch and
 * for full fine-tuning. In a forward pass they stand in for the frozen ones.
 */
public final class FullParameters implements TrainableSet {
    private final ParameterStore store;

    private FullParameters(AdapterState values) {
        this.store = new ParameterStore("full parameters", values);
    }

    /**
     * Copies the weights of a part.
     *
     * @param base the part whose values training starts from; read, not kept
     */
    public static FullParameters of(TransformerHalf base) {
        return new FullParameters(base.weights());
    }

    /**
     * Makes a set from given values.
     *
     * @param weights by canonical name, as {@link ModelConfig#tensorShapes} lists those of a part; copied
     */
    public static FullParameters of(AdapterState weights) {
        return new FullParameters(weights);
    }

    @Override
    public List<Parameter> parameters() {
        return store.parameters();
    }

    @Override
    public Optional<Tensor> find(String name) {
        return store.find(name);
    }

    @Override
    public Optional<LoraConfig> lora() {
        return Optional.empty();
    }

    /**
     * Returns a copy of all values by canonical name: the tensors of a checkpoint with timm's names.
     *
     * @return shapes as {@link ModelConfig#tensorShapes} lists them
     */
    @Override
    public AdapterState snapshot() {
        return store.snapshot();
    }

    @Override
    public void load(AdapterState state) {
        store.load(state);
    }

    @Override
    public void clearGradients() {
        store.clearGradients();
    }

    @Override
    public void close() {
        store.close();
    }
}
