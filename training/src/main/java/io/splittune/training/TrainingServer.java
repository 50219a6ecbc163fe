package io.splittune.training;

import io.splittune.core.RandomStreams;
import io.splittune.core.Ticker;
import io.splittune.core.UserException;
import io.splittune.model.AdapterState;
import io.splittune.model.HalfRange;
import io.splittune.model.OptimizerState;
import io.splittune.transport.CutLink;
import io.splittune.transport.CutListener;
import io.splittune.transport.Message;
import io.splittune.transport.TransportException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The server of split fine-tuning: SFT Algorithm 1 over any {@link CutListener}.
 *
 * <p>Each round: broadcast of the averaged adapter, parallel training of all devices that are there, each on a thread of
 * its own and all through one {@link ComputeGate} in order of arrival, FedAvg of both halves weighted by sample counts,
 * evaluation. A device that fails or falls silent is left out of the round's average and may come back for the next.
 */
public final class TrainingServer {
    private final TrainingConfig config;
    private final RunParties parties;
    private final HalfSource model;
    private final WeightDistribution weights;
    private final RoundPolicy policy;
    private final TestSet testSet;
    private final RunStore store;
    private final RunListener listener;
    private final ComputeGate gate;
    private final Ticker ticker;
    private final CutCodec codec = new CutCodec();

    /**
     * Prepares a run.
     *
     * @param config of the run; its scheme is {@link Scheme#SFT}
     * @param parties who takes part
     * @param model the frozen base, closed by its owner
     * @param weights how devices get their half
     * @param policy each device's cut and compression
     * @param testSet for the evaluation after each round
     * @param store keeps checkpoints
     * @param listener hears how the run goes
     * @param gate how many steps may be computed at once
     * @param ticker measures delays
     */
    public TrainingServer(
            TrainingConfig config,
            RunParties parties,
            HalfSource model,
            WeightDistribution weights,
            RoundPolicy policy,
            TestSet testSet,
            RunStore store,
            RunListener listener,
            ComputeGate gate,
            Ticker ticker) {
        this.config = config;
        this.parties = parties;
        this.model = model;
        this.weights = weights;
        this.policy = policy;
        this.testSet = testSet;
        this.store = store;
        this.listener = listener;
        this.gate = gate;
        this.ticker = ticker;
    }

    /**
     * Runs all rounds.
     *
     * @param door where devices arrive; closed by its owner
     * @param joinTimeout how long to wait for all devices before the first round, and for any one device later
     * @return the outcome
     * @throws UserException when no device comes
     * @throws IOException when a checkpoint cannot be written
     */
    public RunSummary run(CutListener door, Duration joinTimeout) throws IOException {
        ExecutorService threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "splittune-session");
            thread.setDaemon(true);
            return thread;
        });
        try (Roster roster =
                new Roster(parties, weights, policy, door, listener, config.deviceTimeout(), ticker, threads)) {
            roster.open();
            roster.await(parties.deviceIds().size(), joinTimeout);
            RunSummary summary = new Run(roster, threads, joinTimeout).allRounds();
            roster.dismiss("The run is complete.");
            return summary;
        } finally {
            threads.shutdownNow();
        }
    }

    /** One run's changing state. */
    private final class Run {
        private final Roster roster;
        private final ExecutorService threads;
        private final Duration joinTimeout;
        private final Evaluation evaluation;
        private final List<RoundRecord> records = new ArrayList<>();
        private AdapterState global;

        Run(Roster roster, ExecutorService threads, Duration joinTimeout) {
            this.roster = roster;
            this.threads = threads;
            this.joinTimeout = joinTimeout;
            this.global = model.initialAdapter(config.lora(), new RandomStreams(config.seed()));
            this.evaluation = new Evaluation(model, config.lora(), global, testSet, gate);
        }

        RunSummary allRounds() throws IOException {
            try (evaluation) {
                Optional<RunCheckpoint> earlier = store.latest();
                Evaluator.Score initial = earlier.isPresent() ? resume(earlier.get()) : evaluation.score(global);
                listener.onStart(initial.loss(), initial.accuracy());
                int first = earlier.map(RunCheckpoint::round).orElse(0) + 1;
                for (int round = first; round <= config.rounds(); round++) {
                    requireSomebody(round);
                    RoundRecord record = round(round);
                    records.add(record);
                    store.save(new RunCheckpoint(round, global, optimizers(), initial));
                    listener.onRound(record);
                    broadcast(record);
                }
                return new RunSummary(initial.loss(), initial.accuracy(), records, Map.of(RunSummary.SHARED, global));
            }
        }

        private Evaluator.Score resume(RunCheckpoint checkpoint) {
            global = checkpoint.adapter();
            for (DeviceSlot slot : roster.slots()) {
                Optional<OptimizerState> optimizer = checkpoint.optimizers().get(slot.index());
                if (optimizer.isPresent()) {
                    int cut = policy.decide(checkpoint.round(), slot.index()).cut();
                    trainableOf(slot, serverRange(cut)).loadOptimizer(optimizer.get());
                }
            }
            return checkpoint.initial();
        }

        private List<Optional<OptimizerState>> optimizers() {
            return roster.slots().stream()
                    .map(slot -> slot.trainable().map(TrainableState::optimizerSnapshot))
                    .toList();
        }

        private void requireSomebody(int round) {
            if (!roster.await(1, joinTimeout)) {
                throw new UserException(
                        "round " + round + ": no device is connected, and none came within " + joinTimeout.toSeconds()
                                + " s. Start `splittune device` on the devices, then resume the run.");
            }
        }

        private RoundRecord round(int round) {
            long start = ticker.nanos();
            List<Optional<SlotRound.Outcome>> outcomes = serveAll(round);
            List<Aggregation.Weighted> contributions = new ArrayList<>();
            Traffic traffic = Traffic.NONE;
            double loss = 0;
            long samples = 0;
            for (Optional<SlotRound.Outcome> outcome : outcomes) {
                traffic = traffic.plus(outcome.map(SlotRound.Outcome::traffic).orElse(Traffic.NONE));
                if (outcome.isPresent() && outcome.get().adapter().isPresent()) {
                    DeviceRound record = outcome.get().record();
                    contributions.add(
                            new Aggregation.Weighted(outcome.get().adapter().get(), record.samples()));
                    loss += record.loss() * outcome.get().steppedSamples();
                    samples += outcome.get().steppedSamples();
                }
            }
            if (!contributions.isEmpty()) {
                global = Aggregation.fedAvg(contributions);
            }
            Evaluator.Score score = evaluation.score(global);
            return new RoundRecord(
                    round,
                    samples == 0 ? Double.NaN : loss / samples,
                    score.loss(),
                    score.accuracy(),
                    traffic,
                    ticker.since(start).toNanos() / 1e9,
                    deviceRecords(round, outcomes));
        }

        private List<Optional<SlotRound.Outcome>> serveAll(int round) {
            List<Callable<Optional<SlotRound.Outcome>>> tasks = new ArrayList<>();
            for (DeviceSlot slot : roster.slots()) {
                Optional<CutLink> link = slot.link();
                DeviceDecision decision = policy.decide(round, slot.index());
                tasks.add(() -> link.map(present -> serve(round, slot, present, decision)));
            }
            List<Optional<SlotRound.Outcome>> outcomes = new ArrayList<>();
            try {
                for (Future<Optional<SlotRound.Outcome>> future : threads.invokeAll(tasks)) {
                    outcomes.add(future.get());
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted in round " + round + ".", interrupted);
            } catch (ExecutionException failed) {
                throw new IllegalStateException("Round " + round + " failed on the server.", failed.getCause());
            }
            return outcomes;
        }

        private SlotRound.Outcome serve(int round, DeviceSlot slot, CutLink link, DeviceDecision decision) {
            HalfRange serverRange = serverRange(decision.cut());
            TrainableState trainable = trainableOf(slot, serverRange);
            trainable.load(global.of(config.lora(), model.config(), serverRange));
            AdapterState device = global.of(config.lora(), model.config(), HalfRange.device(decision.cut()));
            StepStreams streams = new StepStreams(new RandomStreams(config.seed()), slot.index());
            ServerHalf half =
                    new ServerHalf(model.half(serverRange), trainable, codec, streams, decision.compression());
            return new SlotRound(round, slot, link, decision, config, model.config(), half, gate, ticker)
                    .serve(device, trainable, listener);
        }

        private HalfRange serverRange(int cut) {
            return HalfRange.server(cut, model.config().depth());
        }

        private TrainableState trainableOf(DeviceSlot slot, HalfRange range) {
            Optional<TrainableState> existing = slot.trainable();
            if (existing.isPresent() && existing.get().range().equals(range)) {
                return existing.get();
            }
            TrainableState made = new TrainableState(model.config(), config.lora(), config.optimizer(), range);
            slot.trainable(made);
            return made;
        }

        private List<DeviceRound> deviceRecords(int round, List<Optional<SlotRound.Outcome>> outcomes) {
            List<DeviceRound> devices = new ArrayList<>();
            for (DeviceSlot slot : roster.slots()) {
                DeviceDecision decision = policy.decide(round, slot.index());
                devices.add(outcomes.get(slot.index())
                        .map(SlotRound.Outcome::record)
                        .orElseGet(() -> DeviceRound.absent(
                                slot.id(),
                                decision.cut(),
                                decision.compression().activations())));
            }
            return devices;
        }

        private void broadcast(RoundRecord record) {
            for (DeviceSlot slot : roster.slots()) {
                Optional<CutLink> link = slot.link();
                if (link.isPresent()) {
                    try {
                        link.get().send(new Message.RoundResult(record.round(), record.loss(), record.accuracy(), ""));
                    } catch (TransportException gone) {
                        slot.detach(link.get());
                    }
                }
            }
        }
    }
}
