package io.splittune.training;

import io.splittune.codec.AdapterCompression;
import io.splittune.core.Check;
import io.splittune.core.RandomStreams;
import io.splittune.core.Ticker;
import io.splittune.model.AdapterState;
import io.splittune.model.HalfRange;
import io.splittune.model.OptimizerState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Federated learning: every device trains the whole model on its own data, the server averages by sample counts.
 *
 * <p>{@link Scheme#FL} trains all weights. Its optimiser starts anew each round, as in FedAvg (McMahan et al., 2017),
 * since moments that are kept would be a model's size or two for every device. {@link Scheme#FL_LORA} trains adapters on a
 * frozen model; each device keeps its optimiser over all rounds, as in split fine-tuning.
 *
 * <p>Devices train one after another in this process with one set of trained tensors, and are added to the average as they
 * finish: memory does not grow with their number. Nothing is really sent; traffic is what would be, down and up for every
 * device that takes part, packed as in the schemes with a cut ({@link AdapterExchange}). What a quantised upload would lose
 * is lost. A device that rested in the round before is sent its start without a reference.
 */
public final class FederatedRun {
    private final TrainingConfig config;
    private final HalfSource model;
    private final TrainedTensors tensors;
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
     * @param policy who takes part in a round, and how likely that was; cuts and compressions are not used
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
        this.tensors = new TrainedTensors(config, model.config());
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
        boolean allWeights = config.trainsAllWeights();
        AdapterState start = tensors.initial(model);
        try (TrainableState trainable = tensors.state(whole)) {
            Run run = new Run(devices, trainable, start);
            List<RoundRecord> records = run.allRounds();
            return RunSummary.ofShared(run.initial, records, run.global, allWeights);
        }
    }

    /** One run's changing state. */
    private final class Run {
        private final List<String> names;
        private final List<DeviceData> data;
        private final TrainableState trainable;
        private final Evaluation evaluation;
        private final Evaluator.Score initial;
        private final Map<String, long[]> shapes = tensors.shapes(whole);
        private final List<AdapterExchange> exchanges = new ArrayList<>();
        private final long allSamples;
        private final List<OptimizerState> optimizers = new ArrayList<>();
        private AdapterState global;

        Run(Map<String, DeviceData> devices, TrainableState trainable, AdapterState start) {
            this.names = List.copyOf(devices.keySet());
            this.data = List.copyOf(devices.values());
            this.allSamples = data.stream().mapToLong(DeviceData::samples).sum();
            this.trainable = trainable;
            this.global = start;
            this.evaluation = new Evaluation(model, trainable.set(), testSet, gate);
            this.initial = evaluation.score(start);
            devices.forEach((name, samples) -> {
                optimizers.add(Handover.freshOptimizer());
                exchanges.add(new AdapterExchange(config));
            });
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
                RoundRecord record = round(round, decisions);
                records.add(record);
                listener.onRound(record);
            }
            return records;
        }

        private RoundRecord round(int round, List<DeviceDecision> decisions) {
            long start = ticker.nanos();
            Aggregation average = new Aggregation(global, allSamples, decisions);
            long samples = 0;
            double loss = 0;
            Traffic traffic = Traffic.NONE;
            List<DeviceRound> devices = new ArrayList<>();
            for (int device = 0; device < names.size(); device++) {
                if (decisions.get(device).participates()) {
                    Trained result = train(round, device);
                    DeviceRound trained = result.record();
                    average.add(device, result.arrived(), trained.samples());
                    samples += trained.samples();
                    loss += trained.loss() * trained.samples();
                    traffic = traffic.plus(trained.traffic());
                    devices.add(trained);
                } else {
                    exchanges.get(device).forgetStart();
                    devices.add(DeviceRound.unsplitIdle(names.get(device)));
                }
            }
            global = average.result();
            Evaluator.Score score = evaluation.score(global);
            double seconds = ticker.since(start).toNanos() / 1e9;
            double meanLoss = samples == 0 ? Double.NaN : loss / samples;
            return new RoundRecord(round, meanLoss, score.loss(), score.accuracy(), traffic, seconds, devices);
        }

        /** Trains one device from the round's start. */
        private Trained train(int round, int device) {
            long start = ticker.nanos();
            AdapterExchange exchange = exchanges.get(device);
            long bytesDown = exchange.start(new Handover(global, Optional.empty()), shapes).length;
            trainable.load(global);
            trainable.loadOptimizer(optimizers.get(device));
            StepStreams streams = new StepStreams(new RandomStreams(config.seed()), device);
            DeviceData samples = data.get(device);
            double loss = new Unsplit(model.half(whole), trainable, config, streams, gate)
                    .trainRound(round, samples, listener);
            if (config.scheme() == Scheme.FL_LORA) {
                optimizers.set(device, trainable.optimizerSnapshot());
            }
            byte[] upload = exchange.upload(trainable.handover(false), shapes);
            AdapterState arrived = config.adapters() instanceof AdapterCompression.Quantised
                    ? exchange.uploaded(upload, shapes, names.get(device)).adapter()
                    : trainable.snapshot();
            long steps = (long) config.localEpochs() * samples.batchCount();
            Traffic traffic = new Traffic(upload.length, bytesDown, 0, 0, 0, 0);
            double seconds = ticker.since(start).toNanos() / 1e9;
            return new Trained(
                    DeviceRound.unsplit(names.get(device), loss, samples.samples(), steps, traffic, seconds), arrived);
        }
    }

    /** What a device did, and what of it arrives at the server. */
    private record Trained(DeviceRound record, AdapterState arrived) {}
}
