package io.splittune.training;

import io.splittune.core.Check;
import io.splittune.core.RandomStreams;
import io.splittune.core.Ticker;
import io.splittune.core.UserException;
import io.splittune.model.AdapterSet;
import io.splittune.model.AdapterState;
import io.splittune.model.OptimizerState;
import io.splittune.tensor.Torch;
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
import java.util.concurrent.ExecutorService;

/**
 * The server of the schemes with a cut, over any {@link CutListener}.
 *
 * <p>Split fine-tuning (SFT Algorithm 1) and split federated learning, each round: broadcast of the averaged adapter,
 * parallel training of all devices that take part and are there, each on a thread of its own and all through one
 * {@link ComputeGate} in order of arrival, FedAvg of both halves weighted by sample counts, evaluation. They differ only
 * in what crosses the cut: compressed as decided, or fp32.
 *
 * <p>Sequential split learning: the devices train one after another, in order of their index. Each gets both halves'
 * adapters and the optimiser's state as the one before left them; nothing is averaged, so one optimiser goes through all
 * devices and rounds. The state travels with the adapter and counts as traffic.
 *
 * <p>A device that fails or falls silent is left out of the round and may come back for the next.
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
     * @throws UserException when no device comes, or the policy moves cuts that the devices cannot follow
     * @throws IOException when a checkpoint cannot be written
     */
    public RunSummary run(CutListener door, Duration joinTimeout) throws IOException {
        if (policy.movesCuts() && !weights.anyCut()) {
            throw new UserException(
                    "split.cut: the cut is planned anew in the course of the run, but a device over a network"
                            + " has only the blocks of its first cut; give numbers, or use `splittune train`.");
        }
        Optional<RunCheckpoint> earlier = config.scheme().resumes() ? store.latest() : Optional.empty();
        int first = earlier.map(RunCheckpoint::round).orElse(0) + 1;
        List<DeviceDecision> decisions = decide(first);
        List<Integer> cuts = decisions.stream().map(DeviceDecision::cut).toList();
        ExecutorService threads = DaemonThreads.pool("splittune-session");
        try (Roster roster =
                new Roster(parties, weights, cuts, door, listener, config.deviceTimeout(), ticker, threads)) {
            roster.open();
            roster.await(parties.deviceIds().size(), joinTimeout);
            RunSummary summary = new Run(roster, threads, joinTimeout, earlier).allRounds(first, decisions);
            roster.dismiss("The run is complete.");
            return summary;
        } finally {
            threads.shutdownNow();
        }
    }

    /** Asks the policy, once per round. */
    private List<DeviceDecision> decide(int round) {
        List<DeviceDecision> decisions = policy.decide(round);
        int devices = parties.deviceIds().size();
        int depth = model.config().depth();
        Check.require(
                decisions.size() == devices,
                "%s decisions for %s devices in round %s.",
                decisions.size(),
                devices,
                round);
        for (DeviceDecision decision : decisions) {
            Check.inRange(decision.cut(), 1, depth - 1, "cut in round " + round);
        }
        return decisions.stream()
                .map(decision -> decision.under(config.scheme()))
                .toList();
    }

    /** Asks the policy for a later round, whose cuts must be the first ones where the devices have no others. */
    private List<DeviceDecision> decideNext(int round, List<DeviceDecision> former) {
        List<DeviceDecision> decisions = decide(round);
        for (int device = 0; device < decisions.size(); device++) {
            if (!weights.anyCut()
                    && decisions.get(device).cut() != former.get(device).cut()) {
                throw new IllegalStateException("The policy moves the cut of device "
                        + parties.deviceIds().get(device) + " in round " + round + ", which it did not announce.");
            }
        }
        return decisions;
    }

    /** One run's changing state. */
    private final class Run {
        private final Roster roster;
        private final Duration joinTimeout;
        private final Optional<RunCheckpoint> earlier;
        private final Turns turns;
        private final List<RoundRecord> records = new ArrayList<>();
        private Handover current;

        Run(Roster roster, ExecutorService threads, Duration joinTimeout, Optional<RunCheckpoint> earlier) {
            this.roster = roster;
            this.joinTimeout = joinTimeout;
            this.earlier = earlier;
            List<Optional<OptimizerState>> resumed =
                    earlier.map(RunCheckpoint::optimizers).orElse(List.of());
            this.turns = new Turns(config, model, roster.slots(), resumed, listener, gate, ticker, threads);
            AdapterState start = earlier.map(RunCheckpoint::adapter)
                    .orElseGet(() -> model.initialAdapter(config.lora(), new RandomStreams(config.seed())));
            this.current = new Handover(
                    start, config.scheme().isSequential() ? Optional.of(Handover.freshOptimizer()) : Optional.empty());
        }

        RunSummary allRounds(int first, List<DeviceDecision> firstDecisions) throws IOException {
            try (AdapterSet scored = AdapterSet.of(config.lora(), current.adapter())) {
                Evaluation evaluation = new Evaluation(model, scored, testSet, gate);
                Evaluator.Score initial =
                        earlier.map(RunCheckpoint::initial).orElseGet(() -> evaluation.score(current.adapter()));
                listener.onStart(initial.loss(), initial.accuracy());
                List<DeviceDecision> decisions = firstDecisions;
                for (int round = first; round <= config.rounds(); round++) {
                    decisions = round == first ? firstDecisions : decideNext(round, decisions);
                    requireSomebody(round);
                    RoundRecord record = round(round, decisions, evaluation);
                    records.add(record);
                    if (config.scheme().resumes()) {
                        store.save(new RunCheckpoint(round, current.adapter(), turns.optimizers(), initial));
                    }
                    listener.onRound(record);
                    broadcast(record);
                    Torch.trimMemory(); // what devices that met by chance took at once is not kept for good
                }
                return new RunSummary(
                        initial.loss(),
                        initial.accuracy(),
                        records,
                        Map.of(RunSummary.SHARED, current.adapter()),
                        Optional.empty());
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
            List<SlotRound.Outcome> outcomes = turns.take(round, decisions, current);
            current = turns.next(current, outcomes);
            Traffic traffic = Traffic.NONE;
            double loss = 0;
            long samples = 0;
            for (SlotRound.Outcome outcome : outcomes) {
                traffic = traffic.plus(outcome.record().traffic());
                if (outcome.trained().isPresent()) {
                    loss += outcome.record().loss() * outcome.steppedSamples();
                    samples += outcome.steppedSamples();
                }
            }
            Evaluator.Score score = evaluation.score(current.adapter());
            return new RoundRecord(
                    round,
                    samples == 0 ? Double.NaN : loss / samples,
                    score.loss(),
                    score.accuracy(),
                    traffic,
                    ticker.since(start).toNanos() / 1e9,
                    outcomes.stream().map(SlotRound.Outcome::record).toList());
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
