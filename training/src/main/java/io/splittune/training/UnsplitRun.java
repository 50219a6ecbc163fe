package io.splittune.training;

import io.splittune.core.Check;
import io.splittune.core.RandomStreams;
import io.splittune.core.Ticker;
import io.splittune.model.AdapterState;
import io.splittune.model.HalfRange;
import io.splittune.model.TrainableSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The schemes without a cut: {@code central} (one learner has all data) and {@code local} (every device learns alone).
 * Nothing is sent, so there is no traffic; a local run's accuracy is the mean over its devices.
 */
public final class UnsplitRun {
    private final TrainingConfig config;
    private final HalfSource model;
    private final TrainedTensors tensors;
    private final TestSet testSet;
    private final RunListener listener;
    private final Ticker ticker;
    private final ComputeGate gate = new ComputeGate(1);

    /**
     * Prepares a run.
     *
     * @param config of the run; its scheme is {@link Scheme#CENTRAL} or {@link Scheme#LOCAL}
     * @param model the frozen base, closed by its owner
     * @param testSet for the evaluation after each round
     * @param listener hears how the run goes
     * @param ticker measures rounds
     */
    public UnsplitRun(TrainingConfig config, HalfSource model, TestSet testSet, RunListener listener, Ticker ticker) {
        this.config = config;
        this.model = model;
        this.tensors = new TrainedTensors(config, model.config());
        this.testSet = testSet;
        this.listener = listener;
        this.ticker = ticker;
    }

    /**
     * Runs all rounds.
     *
     * @param learners each learner's data by its name; one for {@code central}
     * @return the outcome
     */
    public RunSummary run(Map<String, DeviceData> learners) {
        Check.require(!learners.isEmpty(), "A run needs at least one learner.");
        List<Learner> all = new ArrayList<>();
        AdapterState start = tensors.initial(model);
        try (TrainableSet scored = tensors.set(start)) {
            Evaluation evaluation = new Evaluation(model, scored, testSet, gate);
            learners.forEach((name, data) -> all.add(new Learner(name, all.size(), data, start)));
            Evaluator.Score initial = evaluation.score(start);
            listener.onStart(initial.loss(), initial.accuracy());
            List<RoundRecord> records = new ArrayList<>();
            for (int round = 1; round <= config.rounds(); round++) {
                RoundRecord record = round(round, all, evaluation);
                records.add(record);
                listener.onRound(record);
            }
            Map<String, AdapterState> adapters = new LinkedHashMap<>();
            all.forEach(learner -> adapters.put(learner.name, learner.trainable.snapshot()));
            return new RunSummary(initial.loss(), initial.accuracy(), records, adapters, Optional.empty());
        } finally {
            all.forEach(Learner::close);
        }
    }

    private RoundRecord round(int round, List<Learner> learners, Evaluation evaluation) {
        long start = ticker.nanos();
        double loss = 0;
        long samples = 0;
        double testLoss = 0;
        double accuracy = 0;
        List<DeviceRound> devices = new ArrayList<>();
        for (Learner learner : learners) {
            long learnerStart = ticker.nanos();
            double mean = learner.unsplit.trainRound(round, learner.data, listener);
            double seconds = ticker.since(learnerStart).toNanos() / 1e9;
            devices.add(DeviceRound.unsplit(
                    learner.name,
                    mean,
                    learner.data.samples(),
                    (long) config.localEpochs() * learner.data.batchCount(),
                    Traffic.NONE,
                    seconds));
            loss += mean * learner.data.samples();
            samples += learner.data.samples();
            Evaluator.Score score = evaluation.score(learner.trainable.snapshot());
            testLoss += score.loss() / learners.size();
            accuracy += score.accuracy() / learners.size();
        }
        double seconds = ticker.since(start).toNanos() / 1e9;
        return new RoundRecord(round, loss / samples, testLoss, accuracy, Traffic.NONE, seconds, devices);
    }

    /** One learner with its adapters. */
    private final class Learner {
        private final String name;
        private final DeviceData data;
        private final TrainableState trainable;
        private final Unsplit unsplit;

        Learner(String name, int index, DeviceData data, AdapterState start) {
            HalfRange whole = HalfRange.whole(model.config().depth());
            this.name = name;
            this.data = data;
            this.trainable = tensors.state(whole);
            trainable.load(start);
            StepStreams streams = new StepStreams(new RandomStreams(config.seed()), index);
            this.unsplit = new Unsplit(model.half(whole), trainable, config, streams, gate);
        }

        void close() {
            trainable.close();
        }
    }
}
