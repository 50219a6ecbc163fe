package io.splittune.training;

import io.splittune.core.Check;
import io.splittune.core.Ticker;
import io.splittune.core.UserException;
import io.splittune.model.AdapterState;
import io.splittune.model.OptimizerState;
import io.splittune.model.TrainableSet;
import io.splittune.tensor.Torch;
import io.splittune.transport.CutLink;
import io.splittune.transport.CutListener;
import io.splittune.transport.Message;
import io.splittune.transport.TransportException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/**
 * The server of the schemes with a cut, over any {@link CutListener}.
 *
 * <p>Split fine-tuning (SFT Algorithm 1), split federated learning and SFLAM, each round: broadcast of the averaged
 * adapter, parallel training of all devices that take part and are there, each on a thread of its own and all through one
 * {@link ComputeGate} in order of arrival, average of both halves over the devices that finished ({@link DeviceDecision}
 * says by which weights), evaluation. They differ in what crosses the cut: compressed as decided, or fp32; and SFLAM cuts
 * after the embedding and may train all weights, one device at a time.
 *
 * <p>Sequential split learning and CARD: the devices train one after another, in order of their index. Each gets both
 * halves' adapters and the optimiser's state as the one before left them, at whatever cut; nothing is averaged, so one
 * optimiser goes through all devices and rounds. The state travels with the adapter and counts as traffic.
 *
 * <p>A device that fails or falls silent is left out of the round and may come back for the next.
 */
public final class TrainingServer {
    private final TrainingConfig config;
    private final RunParties parties;
    private final HalfSource model;
    private final TrainedTensors tensors;
    private final WeightDistribution weights;
    private final RoundPolicy policy;
    private final TestSet testSet;
    private final RunStore store;
    private final RunListener listener;
    private final ComputeGate gate;
    private final Ticker ticker;

    /**
     * Prepares a run.
     *
     * @param config of the run; its scheme is one with a cut
     * @param parties who takes part
     * @param model the frozen base, closed by its owner
     * @param weights how devices get their half
     * @param policy each device's part in a round
     * @param testSet for the evaluation after each round
     * @param store keeps checkpoints, if the scheme has any
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
        Check.require(
                config.scheme().isSplit(),
                "Scheme %s has no cut.",
                config.scheme().key());
        this.config = config;
        this.parties = parties;
        this.model = model;
        this.tensors = new TrainedTensors(config, model.config());
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
     * @throws UserException when no device comes, when the scheme does not go with the policy's cuts, or when there is a
     *     checkpoint that a run of all weights cannot go on from
     * @throws IOException when a checkpoint cannot be written
     */
    public RunSummary run(CutListener door, Duration joinTimeout) throws IOException {
        Optional<RunCheckpoint> earlier = earlier();
        int first = earlier.map(RunCheckpoint::round).orElse(0) + 1;
        int devices = parties.deviceIds().size();
        List<DeviceDecision> decisions = decide(first);
        List<Integer> held = policy.heldBlocks(decisions);
        ExecutorService threads = DaemonThreads.pool("splittune-session");
        try (Roster roster =
                new Roster(parties, weights, held, door, listener, config.deviceTimeout(), ticker, threads)) {
            roster.open();
            roster.await(devices, joinTimeout);
            RunSummary summary = new Run(roster, threads, joinTimeout, earlier, held).allRounds(first, decisions);
            roster.dismiss("The run is complete.");
            return summary;
        } finally {
            threads.shutdownNow();
        }
    }

    private Optional<RunCheckpoint> earlier() throws IOException {
        if (!config.scheme().resumes()) {
            return Optional.empty();
        }
        Optional<RunCheckpoint> earlier = store.latest();
        if (earlier.isPresent() && !config.resumes()) {
            throw new UserException(
                    "training.tuning: a run that trains all weights keeps no checkpoints to go on from, and"
                            + " cannot go on from one of adapters; start it without --resume");
        }
        return earlier;
    }

    /** Asks the policy, once per round. */
    private List<DeviceDecision> decide(int round) {
        List<DeviceDecision> decisions = policy.decide(round);
        int devices = parties.deviceIds().size();
        Check.require(
                decisions.size() == devices,
                "%s decisions for %s devices in round %s.",
                decisions.size(),
                devices,
                round);
        decisions.forEach(decision -> requireCut(decision.cut(), round));
        return decisions.stream()
                .map(decision -> decision.under(config.scheme()))
                .toList();
    }

    private void requireCut(int cut, int round) {
        Scheme scheme = config.scheme();
        if ((cut == 0) != scheme.cutsAfterEmbedding()) {
            throw new UserException("split.cut: read " + cut + " for round " + round + ", but scheme " + scheme.key()
                    + (scheme.cutsAfterEmbedding()
                            ? " cuts after the embedding: give 0"
                            : " needs a block on the device; only sflam cuts after the embedding (0)"));
        }
        Check.inRange(cut, scheme.cutsAfterEmbedding() ? 0 : 1, model.config().depth() - 1, "cut in round " + round);
    }

    /** Asks the policy for a later round, whose cuts must be within what the devices hold. */
    private List<DeviceDecision> decideNext(int round, List<Integer> held) {
        List<DeviceDecision> decisions = decide(round);
        for (int device = 0; device < decisions.size(); device++) {
            int cut = decisions.get(device).cut();
            if (decisions.get(device).participates() && !weights.anyCut() && cut > held.get(device)) {
                throw new IllegalStateException(
                        "The policy gives device " + parties.deviceIds().get(device) + " " + cut + " blocks in round "
                                + round + ", more than the " + held.get(device) + " that it announced.");
            }
        }
        return decisions;
    }

    /** One run's changing state. */
    private final class Run {
        private final Roster roster;
        private final Duration joinTimeout;
        private final Optional<RunCheckpoint> earlier;
        private final List<Integer> held;
        private final Turns turns;
        private final List<RoundRecord> records = new ArrayList<>();
        private Handover current;

        Run(
                Roster roster,
                ExecutorService threads,
                Duration joinTimeout,
                Optional<RunCheckpoint> earlier,
                List<Integer> held) {
            this.roster = roster;
            this.joinTimeout = joinTimeout;
            this.earlier = earlier;
            this.held = held;
            List<Optional<OptimizerState>> resumed =
                    earlier.map(RunCheckpoint::optimizers).orElse(List.of());
            this.turns = new Turns(config, model, roster.slots(), resumed, listener, gate, ticker, threads);
            AdapterState start = earlier.map(RunCheckpoint::adapter).orElseGet(() -> tensors.initial(model));
            this.current = new Handover(
                    start, config.scheme().isSequential() ? Optional.of(Handover.freshOptimizer()) : Optional.empty());
        }

        RunSummary allRounds(int first, List<DeviceDecision> firstDecisions) throws IOException {
            try (TrainableSet scored = tensors.set(current.adapter())) {
                Evaluation evaluation = new Evaluation(model, scored, testSet, gate);
                Evaluator.Score initial =
                        earlier.map(RunCheckpoint::initial).orElseGet(() -> evaluation.score(current.adapter()));
                listener.onStart(initial.loss(), initial.accuracy());
                for (int round = first; round <= config.rounds(); round++) {
                    List<DeviceDecision> decisions = round == first ? firstDecisions : decideNext(round, held);
                    requireSomebody(round);
                    RoundRecord record = round(round, decisions, evaluation);
                    records.add(record);
                    if (config.resumes()) {
                        store.save(new RunCheckpoint(round, current.adapter(), turns.optimizers(), initial));
                    }
                    listener.onRound(record);
                    broadcast(record);
                    Torch.trimMemory(); // what devices that met by chance took at once is not kept for good
                }
                return RunSummary.ofShared(initial, records, current.adapter(), config.trainsAllWeights());
            }
        }

        private void requireSomebody(int round) {
            if (!roster.await(1, joinTimeout)) {
                throw new UserException(
                        "round " + round + ": no device is connected, and none came within " + joinTimeout.toSeconds()
                                + " s. Start `splittune device` on the devices, then resume the run.");
            }
        }

        private RoundRecord round(int round, List<DeviceDecision> decisions, Evaluation evaluation) {
            long start = ticker.nanos();
            RoundTotals.Result result = turns.take(round, decisions, current);
            current = result.next();
            Evaluator.Score score = evaluation.score(current.adapter());
            return new RoundRecord(
                    round,
                    result.loss(),
                    score.loss(),
                    score.accuracy(),
                    result.traffic(),
                    ticker.since(start).toNanos() / 1e9,
                    result.devices());
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
