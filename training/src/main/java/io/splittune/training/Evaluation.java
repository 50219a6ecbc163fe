package io.splittune.training;

import io.splittune.model.AdapterSet;
import io.splittune.model.AdapterState;
import io.splittune.model.HalfRange;
import io.splittune.model.LoraConfig;
import io.splittune.training.data.BatchSource;

/** Scores adapters on the test set, with the whole model unsplit. Owns one set of adapters. */
final class Evaluation implements AutoCloseable {
    private final Evaluator evaluator;
    private final AdapterSet adapters;
    private final TestSet testSet;
    private final ComputeGate gate;

    Evaluation(HalfSource model, LoraConfig lora, AdapterState initial, TestSet testSet, ComputeGate gate) {
        HalfRange whole = HalfRange.whole(model.config().depth());
        this.evaluator = new Evaluator(model.half(whole));
        this.adapters = AdapterSet.of(lora, initial);
        this.testSet = testSet;
        this.gate = gate;
    }

    Evaluator.Score score(AdapterState state) {
        adapters.load(state);
        return gate.compute(() -> {
            try (BatchSource batches = testSet.open()) {
                return evaluator.evaluate(adapters, batches);
            }
        });
    }

    @Override
    public void close() {
        adapters.close();
    }
}
