package io.splittune.model;

import io.splittune.core.RandomStreams;
import io.splittune.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The trainable tensors of one device for one part of a model: low-rank adapters {@code W + (alpha / r) B A} and maybe
 * the head. The frozen weights stay outside, in a {@link TransformerHalf} that many sets share.
 */
public final class AdapterSet implements TrainableSet {
    private final LoraConfig lora;
    private final ParameterStore store;

    private AdapterSet(LoraConfig lora, AdapterState values) {
        this.lora = lora;
        this.store = new ParameterStore("adapters", values);
    }

    /**
     * Makes fresh adapters: A normal with deviation 1 / rank as PEFT's "gaussian", B zero, a trained head normal with
     * deviation 0.02 and bias zero. Values depend on the seed and each tensor's name alone: at every cut the same model
     * starts.
     *
     * @param config the model that is trained, with its number of classes
     * @param lora what is trained
     * @param range the part
     * @param streams the seed
     * @throws IllegalArgumentException if the head is trained and the model has none
     */
    public static AdapterSet create(ModelConfig config, LoraConfig lora, HalfRange range, RandomStreams streams) {
        return new AdapterSet(lora, Initialisation.adapters(lora, config, range, streams));
    }

    /**
     * Makes fresh adapters for a loaded part. As {@link #create(ModelConfig, LoraConfig, HalfRange, RandomStreams)}, but
     * a trained head starts from the part's own head when it has one: from the checkpoint's.
     *
     * @param base the frozen part; read, not kept
     * @param lora what is trained
     * @param streams the seed
     */
    public static AdapterSet create(TransformerHalf base, LoraConfig lora, RandomStreams streams) {
        return new AdapterSet(lora, initialState(base, lora, streams));
    }

    /**
     * Makes a set from given values.
     *
     * @param lora what is trained
     * @param state the values, copied; {@link LoraConfig#tensorShapes} says which belong to a part
     */
    public static AdapterSet of(LoraConfig lora, AdapterState state) {
        return new AdapterSet(lora, state);
    }

    /** Returns what {@link #create(TransformerHalf, LoraConfig, RandomStreams)} starts from, as plain values. */
    public static AdapterState initialState(TransformerHalf base, LoraConfig lora, RandomStreams streams) {
        Map<String, FloatArray> values =
                new LinkedHashMap<>(Initialisation.adapters(lora, base.config(), base.range(), streams)
                        .tensors());
        values.replaceAll((name, drawn) -> base.startOf(name)
                .map(tensor -> FloatArray.wrap(tensor.toFloats(), tensor.shape()))
                .orElse(drawn));
        return new AdapterState(values);
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
        return Optional.of(lora);
    }

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
