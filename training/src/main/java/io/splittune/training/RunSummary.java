package io.splittune.training;

import io.splittune.model.AdapterState;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The outcome of a run.
 *
 * @param initialLoss test loss before the first round
 * @param initialAccuracy test accuracy before the first round
 * @param rounds every round of the run, in order
 * @param adapters the final adapters, both halves in one, by the name of who trained them; exactly one unless devices
 *     trained alone, none where the whole model was trained
 * @param model all weights of the final model by canonical name, in fp32, as a checkpoint is written from; only where the
 *     whole model was trained ({@link TrainingConfig#trainsAllWeights})
 */
public record RunSummary(
        double initialLoss,
        double initialAccuracy,
        List<RoundRecord> rounds,
        Map<String, AdapterState> adapters,
        Optional<AdapterState> model) {
    /** The name of an adapter that all devices share. */
    public static final String SHARED = "shared";

    /** Copies the collections, in their order. */
    public RunSummary {
        rounds = List.copyOf(rounds);
        adapters = Collections.unmodifiableMap(new LinkedHashMap<>(adapters));
    }

    /** Returns the outcome of a run whose devices share what was trained: an adapter, or the whole model. */
    static RunSummary ofShared(
            Evaluator.Score initial, List<RoundRecord> rounds, AdapterState trained, boolean allWeights) {
        return new RunSummary(
                initial.loss(),
                initial.accuracy(),
                rounds,
                allWeights ? Map.of() : Map.of(SHARED, trained),
                allWeights ? Optional.of(trained) : Optional.empty());
    }

    /** Returns the accuracy after the last round. */
    public double finalAccuracy() {
        return rounds.isEmpty()
                ? initialAccuracy
                : rounds.get(rounds.size() - 1).accuracy();
    }

    /** Returns the best accuracy of any round. */
    public double bestAccuracy() {
        return rounds.stream().mapToDouble(RoundRecord::accuracy).max().orElse(initialAccuracy);
    }

    /** Returns the bytes of all rounds together. */
    public Traffic traffic() {
        return rounds.stream().map(RoundRecord::traffic).reduce(Traffic.NONE, Traffic::plus);
    }
}
