package io.splittune.training;

import io.splittune.core.RandomStreams;
import io.splittune.model.AdapterSet;
import io.splittune.model.AdapterState;
import io.splittune.model.FloatArray;
import io.splittune.model.FullParameters;
import io.splittune.model.HalfRange;
import io.splittune.model.LoraConfig;
import io.splittune.model.ModelConfig;
import io.splittune.model.TrainableSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which tensors a run trains: adapters and maybe the head, or all weights.
 *
 * @param config of the run
 * @param model whose tensors they are
 */
record TrainedTensors(TrainingConfig config, ModelConfig model) {
    /** Returns the trained tensors of a part by name, in the order of the computation. */
    Map<String, long[]> shapes(HalfRange range) {
        return config.trainsAllWeights()
                ? model.tensorShapes(range)
                : config.lora().tensorShapes(model, range);
    }

    /**
     * Returns what a run starts from: fresh adapters, or the base's weights and, where the base has no head for these
     * classes, the head that every scheme starts from.
     */
    AdapterState initial(HalfSource source) {
        RandomStreams streams = new RandomStreams(config.seed());
        if (!config.trainsAllWeights()) {
            return source.initialAdapter(config.lora(), streams);
        }
        LoraConfig headAlone = new LoraConfig(1, 1, 0, Set.of(), true);
        HalfRange whole = HalfRange.whole(model.depth());
        Map<String, FloatArray> all =
                new LinkedHashMap<>(source.half(whole).weights().tensors());
        all.putAll(source.initialAdapter(headAlone, streams).tensors());
        return new AdapterState(all);
    }

    /** Makes tensors with these values, without an optimiser. */
    TrainableSet set(AdapterState values) {
        return config.trainsAllWeights() ? FullParameters.of(values) : AdapterSet.of(config.lora(), values);
    }

    /** Makes the tensors of a part, whose values are still zero, with a fresh optimiser. */
    TrainableState state(HalfRange range) {
        Map<String, FloatArray> zeros = new LinkedHashMap<>();
        shapes(range).forEach((name, shape) -> zeros.put(name, FloatArray.zeros(shape)));
        return new TrainableState(set(new AdapterState(zeros)), config.optimizer(), range);
    }
}
