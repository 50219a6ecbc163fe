package io.splittune.training;

import io.splittune.core.RandomStreams;
import io.splittune.model.AdapterSet;
import io.splittune.model.AdapterState;
import io.splittune.model.Checkpoint;
import io.splittune.model.HalfRange;
import io.splittune.model.LoraConfig;
import io.splittune.model.ModelConfig;
import io.splittune.model.Precision;
import io.splittune.model.TransformerHalf;
import java.util.Optional;

/** A frozen model, or a device's half of one, read once from a checkpoint and shared by all who train on it. */
public final class FrozenModel implements HalfSource {
    private final TransformerHalf loaded;
    private final Optional<AdapterState> start;

    private FrozenModel(TransformerHalf loaded, Optional<AdapterState> start) {
        this.loaded = loaded;
        this.start = start;
    }

    /**
     * Reads a part of a checkpoint, and no other byte of its weights.
     *
     * @param checkpoint read now, not kept
     * @param config the model as it is trained: maybe with another image size or other classes than the checkpoint's
     * @param range what is needed
     * @param precision of the frozen weights
     * @throws io.splittune.core.UserException if a tensor is missing, damaged or of another shape
     */
    public static FrozenModel load(Checkpoint checkpoint, ModelConfig config, HalfRange range, Precision precision) {
        return new FrozenModel(TransformerHalf.load(checkpoint, config, range, precision), Optional.empty());
    }

    /**
     * Shares out a model that is already in memory.
     *
     * @param loaded taken over, closed with this
     */
    public static FrozenModel of(TransformerHalf loaded) {
        return new FrozenModel(loaded, Optional.empty());
    }

    /**
     * Returns the same model for runs that go on from an adapter; this one is not to be closed then.
     *
     * @param adapter of the whole model; fresh ones when empty
     */
    public FrozenModel startingFrom(Optional<AdapterState> adapter) {
        return new FrozenModel(loaded, adapter);
    }

    @Override
    public ModelConfig config() {
        return loaded.config();
    }

    @Override
    public TransformerHalf half(HalfRange range) {
        return loaded.part(range);
    }

    @Override
    public AdapterState initialAdapter(LoraConfig lora, RandomStreams streams) {
        return start.orElseGet(() -> AdapterSet.initialState(loaded, lora, streams));
    }

    @Override
    public void close() {
        loaded.close();
    }
}
