package io.splittune.training;

import io.splittune.core.Check;
import io.splittune.model.AdapterSet;
import io.splittune.model.AdapterState;
import io.splittune.model.FloatArray;
import io.splittune.model.HalfRange;
import io.splittune.model.LoraConfig;
import io.splittune.model.ModelConfig;
import io.splittune.model.Optimizer;
import io.splittune.model.OptimizerState;
import io.splittune.model.Parameter;
import io.splittune.tensor.TensorScope;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one device trains on one side of the cut: its adapters and their optimiser. Owns native memory; used by one
 * thread at a time.
 */
final class TrainableState implements AutoCloseable {
    private final AdapterSet adapters;
    private final Optimizer optimizer;
    private final HalfRange range;
    private long pendingSamples;

    TrainableState(ModelConfig model, LoraConfig lora, OptimizerConfig config, HalfRange range) {
        this.range = range;
        Map<String, FloatArray> zeros = new LinkedHashMap<>();
        lora.tensorShapes(model, range).forEach((name, shape) -> zeros.put(name, FloatArray.zeros(shape)));
        adapters = AdapterSet.of(lora, new AdapterState(zeros));
        optimizer = switch (config.kind()) {
            case SGD -> Optimizer.sgd(adapters, config.momentum(), config.weightDecay());
            case ADAMW -> Optimizer.adamW(adapters, 0.9, 0.999, 1e-8, config.weightDecay());
        };
    }

    AdapterSet adapters() {
        return adapters;
    }

    HalfRange range() {
        return range;
    }

    /** Replaces the adapter and forgets gradients of an unfinished batch. The optimiser's state stays. */
    void load(AdapterState state) {
        adapters.load(state);
        adapters.clearGradients();
        pendingSamples = 0;
    }

    AdapterState snapshot() {
        return adapters.snapshot();
    }

    OptimizerState optimizerSnapshot() {
        return optimizer.snapshot();
    }

    void loadOptimizer(OptimizerState state) {
        optimizer.load(state);
    }

    /** Notes that a micro-batch's gradient of the summed loss was added. */
    void accumulated(int samples) {
        pendingSamples += Check.positive(samples, "samples");
    }

    /** Divides the summed gradient by the batch's samples, updates, and forgets the gradient. */
    void step(double learningRate) {
        Check.require(pendingSamples > 0, "A step needs at least one micro-batch.");
        double factor = 1.0 / pendingSamples;
        try (TensorScope scope = TensorScope.open("mean gradient")) {
            for (Parameter parameter : adapters.parameters()) {
                parameter.value().grad().ifPresent(gradient -> gradient.mulInPlace(factor));
            }
        }
        optimizer.step(learningRate);
        adapters.clearGradients();
        pendingSamples = 0;
    }

    @Override
    public void close() {
        optimizer.close();
        adapters.close();
    }
}
