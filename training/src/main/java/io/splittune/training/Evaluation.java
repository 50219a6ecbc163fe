package io.splittune.training;

import io.splittune.model.AdapterState;
import io.splittune.model.HalfRange;
import io.splittune.model.TrainableSet;
import io.splittune.training.data.BatchSource;

/** Scores trained values on the test set, with the whole model unsplit. Owns nothing; used by one thread at a time. */
final class Evaluation {
    private final Evaluator evaluator;
    private final TrainableSet set;
    private final TestSet testSet;
    private final ComputeGate gate;

    /**
     * Prepares for any number of scores.
     *
     * @param model the frozen base
     * @param set takes the values that are scored; closed by its owner
     * @param testSet what is scored on
     * @param gate for the computation
     */
    Evaluation(HalfSource model, TrainableSet set, TestSet testSet, ComputeGate gate) {
        this.evaluator = new Evaluator(model.half(HalfRange.whole(model.config().depth())));
        this.set = set;
        this.testSet = testSet;
        this.gate = gate;
    }

    Evaluator.Score score(AdapterState state) {
        set.load(state);
        return gate.compute(() -> {
            try (BatchSource batches = testSet.open()) {
                return evaluator.evaluate(set, batches);
            }
        });
    }
}
