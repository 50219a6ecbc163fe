package io.splittune.training;

import io.splittune.core.Check;
import io.splittune.core.RandomStreams;
import io.splittune.core.Ticker;
import io.splittune.model.AdapterState;
import io.splittune.model.FloatArray;
import io.splittune.model.FullParameters;
import io.splittune.model.HalfRange;
import io.splittune.model.LoraConfig;
import io.splittune.model.OptimizerState;
import io.splittune.model.Precision;
import io.splittune.model.TransformerHalf;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Federated learning: every device trains the whole model on its own data, the server averages by sample counts.
 *
 * <p>{@link Scheme#FL} trains all weights. Its optimiser starts anew each round, as in FedAvg (McMahan et al., 2017),
 * since moments that are kept would be a model's size or two for every device. {@link Scheme#FL_LORA} trains adapters on a
 * frozen model; each device keeps its optimiser over all rounds, as in split fine-tuning.
 *
 * <p>Devices train one after another in this process with one set of trained tensors, and are added to the average as they
 * finish: memory does not grow with their number. Nothing is really sent; traffic is what would be, down and up for every
 * device that takes part: 4 bytes for each weight of the model ({@code FL}), or the adapter's safetensors file, which is
 * what the schemes with a cut send ({@code FL_LORA}).
 */
public final class FederatedRun {
    private final TrainingConfig config;
    private final HalfSource model;
    private final RoundPolicy policy;
    private final TestSet testSet;
    private final RunListener listener;
    private final Ticker ticker;
    private final HalfRange whole;
    private final ComputeGate gate = new ComputeGate(1);

    /**
     * Prepares a run.
     *
     * @param config of the run; its scheme is {@link Scheme#FL} or {@link Scheme#FL_LORA}
     * @param model the frozen base, closed by its owner
     * @param policy who takes part in a round; cuts and compressions are not used
     * @param testSet for the evaluation after each round
     * @param listener hears how the run goes
     * @param ticker measures rounds
     */
    public FederatedRun(
            TrainingConfig config,
            HalfSource model,
            RoundPolicy policy,
            TestSet testSet,
            RunListener listener,
            Ticker ticker) {
        Check.require(
                config.scheme().isFederated(),
                "Scheme %s is not federated.",
                config.scheme().key());
        this.config = config;
        this.model = model;
        this.policy = policy;
        this.testSet = testSet;
        this.listener = listener;
        this.ticker = ticker;
        this.whole = HalfRange.whole(model.config().depth());
    }

    /**
     * Runs all rounds.
     *
     * @param devices each device's data by its name, in order of index
     * @return the outcome: the shared adapter, or the whole model
     */
    public RunSummary run(Map<String, DeviceData> devices) {
        Check.require(!devices.isEmpty(), "A run needs at least one device.");
        boolean allWeights = config.scheme() == Scheme.FL;
        RandomStreams streams = new RandomStreams(config.seed());
        AdapterState start = allWeights ? initialWeights(streams) : model.initialAdapter(config.lora(), streams);
        try (TrainableState trainable = allWeights ? trainableWeights(start) : trainableAdapters(start)) {
            Run run = new Run(devices, trainable, start);
            List<RoundRecord> records = run.allRounds();
            return new RunSummary(
                    run.initial.loss(),
                    run.initial.accuracy(),
                    records,
                    allWeights ? Map.of() : Map.of(RunSummary.SHARED, run.global),
                    allWeights ? Optional.of(run.global) : Optional.empty());
        }
    }

    private TrainableState trainableAdapters(AdapterState start) {
        TrainableState adapters = TrainableState.ofAdapters(model.config(), config.lora(), config.optimizer(), whole);
        adapters.load(start);
        return adapters;
    }

    /** The base's weights and, where the base has no head for these classes, the head that every scheme starts from. */
    private AdapterState initialWeights(RandomStreams streams) {
        LoraConfig headAlone = new LoraConfig(1, 1, 0, Set.of(), true);
        Map<String, FloatArray> all =
                new LinkedHashMap<>(model.half(whole).weights().tensors());
        all.putAll(model.initialAdapter(headAlone, streams).tensors());
        return new AdapterState(all);
    }

    private TrainableState trainableWeights(AdapterState start) {
        try (TransformerHalf copied = TransformerHalf.of(model.config(), whole, Precision.FP32, start)) {
            return TrainableState.ofWeights(FullParameters.of(copied), config.optimizer(), whole);
        }
    }

    /** One run's changing state. */
    private final class Run {
        private final List<String> names;
        private final List<DeviceData> data;
        private final TrainableState trainable;
        private final Evaluation evaluation;
        private final Evaluator.Score initial;
        private final Traffic exchange;
        private final List<OptimizerState> optimizers = new ArrayList<>();
        private AdapterState global;

        Run(Map<String, DeviceData> devices, TrainableState trainable, AdapterState start) {
            this.names = List.copyOf(devices.keySet());
            this.data = List.copyOf(devices.values());
            this.trainable = trainable;
            this.global = start;
            this.evaluation = new Evaluation(model, trainable.set(), testSet, gate);
            this.initial = evaluation.score(start);
            long bytes = config.scheme() == Scheme.FL
                    ? Math.multiplyExact(Float.BYTES, start.parameters())
                    : start.toBytes().length;
            this.exchange = new Traffic(bytes, bytes, 0, 0, 0, 0);
            devices.forEach((name, samples) -> optimizers.add(Handover.freshOptimizer()));
        }

        List<RoundRecord> allRounds() {
            listener.onStart(initial.loss(), initial.accuracy());
            List<RoundRecord> records = new ArrayList<>();
            for (int round = 1; round <= config.rounds(); round++) {
                List<DeviceDecision> decisions = policy.decide(round);
                Check.require(
                        decisions.size() == names.size(),
                        "%s decisions for %s devices in round %s.",
                        decisions.size(),
                        names.size(),
                        round);
                RoundRecord record = round(
                        round,
                        decisions.stream().map(DeviceDecision::participates).toList());
                records.add(record);
                listener.onRound(record);
            }
            return records;
        }

        private RoundRecord round(int round, List<Boolean> participates) {
            long start = ticker.nanos();
            long samples = 0;
            for (int device = 0; device < names.size(); device++) {
                samples += participates.get(device) ? data.get(device).samples() : 0;
            }
            double loss = 0;
            Traffic traffic = Traffic.NONE;
            List<DeviceRound> devices = new ArrayList<>();
            Optional<WeightedMean> mean =
                    samples == 0 ? Optional.empty() : Optional.of(new WeightedMean((double) samples));
            for (int device = 0; device < names.size(); device++) {
                if (participates.get(device)) {
                    DeviceRound trained = train(round, device);
                    mean.orElseThrow().add(trainable.snapshot(), (double) trained.samples());
                    loss += trained.loss() * trained.samples();
                    traffic = traffic.plus(trained.traffic());
                    devices.add(trained);
                } else {
                    devices.add(DeviceRound.unsplitIdle(names.get(device)));
                }
            }
            mean.ifPresent(sum -> global = sum.mean());
            Evaluator.Score score = evaluation.score(global);
            double seconds = ticker.since(start).toNanos() / 1e9;
            double meanLoss = samples == 0 ? Double.NaN : loss / samples;
            return new RoundRecord(round, meanLoss, score.loss(), score.accuracy(), traffic, seconds, devices);
        }

        /** Trains one device from the round's start and leaves its values in the trained tensors. */
        private DeviceRound train(int round, int device) {
            long start = ticker.nanos();
            trainable.load(global);
            trainable.loadOptimizer(optimizers.get(device));
            StepStreams streams = new StepStreams(new RandomStreams(config.seed()), device);
            DeviceData samples = data.get(device);
            double loss = new Unsplit(model.half(whole), trainable, config, streams, gate)
                    .trainRound(round, samples, listener);
            if (config.scheme() == Scheme.FL_LORA) {
                optimizers.set(device, trainable.optimizerSnapshot());
            }
            long steps = (long) config.localEpochs() * samples.batchCount();
            double seconds = ticker.since(start).toNanos() / 1e9;
            return DeviceRound.unsplit(names.get(device), loss, samples.samples(), steps, exchange, seconds);
        }
    }
}
