package io.splittune.training;

import io.splittune.core.RandomStreams;
import io.splittune.model.AdapterState;
import io.splittune.model.HalfRange;
import io.splittune.model.LoraConfig;
import io.splittune.model.ModelConfig;
import io.splittune.model.TransformerHalf;

/** Gives out parts of one frozen model, which it owns. Thread-safe. */
public interface HalfSource extends AutoCloseable {
    /** Returns the model's shape as it is trained: with the data's image size and classes. */
    ModelConfig config();

    /**
     * Returns a part of the model; frozen tensors are shared, not copied, where the part is already loaded.
     *
     * @param range within what this source holds
     * @return a half that this source closes
     */
    TransformerHalf half(HalfRange range);

    /**
     * Returns the adapter that a run starts from, whatever the cut: LoRA's A drawn, its B zero, a trained head as the
     * checkpoint has it.
     */
    AdapterState initialAdapter(LoraConfig lora, RandomStreams streams);

    @Override
    void close();
}
