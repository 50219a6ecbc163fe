package io.splittune.training;

import io.splittune.core.RandomStreams;
import io.splittune.core.Ticker;
import io.splittune.model.HalfRange;
import io.splittune.model.OptimizerState;
import io.splittune.training.SlotRound.Outcome;
import io.splittune.transport.CutLink;
import io.splittune.transport.Message;
import io.splittune.transport.TransportException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * The devices' turns in a round, and what comes of them together: all at once and averaged, or one after another and
 * handed on. Used by one thread; devices are served on threads of the pool.
 */
final class Turns {
    private final TrainingConfig config;
    private final HalfSource model;
    private final List<DeviceSlot> slots;
    private final List<Optional<OptimizerState>> resumed;
    private final RunListener listener;
    private final ComputeGate gate;
    private final Ticker ticker;
    private final ExecutorService threads;
    private final CutCodec codec = new CutCodec();

    /**
     * Prepares for any number of rounds.
     *
     * @param config of the run
     * @param model the frozen base
     * @param slots the devices' places, in order of their index
     * @param resumed state that a device's server-side optimiser goes on from, by index; empty in a new run
     * @param listener hears whom a round ends without
     * @param gate how many steps may be computed at once
     * @param ticker measures delays
     * @param threads one for each device
     */
    Turns(
            TrainingConfig config,
            HalfSource model,
            List<DeviceSlot> slots,
            List<Optional<OptimizerState>> resumed,
            RunListener listener,
            ComputeGate gate,
            Ticker ticker,
            ExecutorService threads) {
        this.config = config;
        this.model = model;
        this.slots = slots;
        this.resumed = resumed;
        this.listener = listener;
        this.gate = gate;
        this.ticker = ticker;
        this.threads = threads;
    }

    /** What the optimisers on the server remember, by device; empty for one that never trained. */
    List<Optional<OptimizerState>> optimizers() {
        return slots.stream()
                .map(slot ->
                        slot.trainable().map(TrainableState::optimizerSnapshot).or(() -> resumedOf(slot)))
                .toList();
    }

    private Optional<OptimizerState> resumedOf(DeviceSlot slot) {
        return resumed.isEmpty() ? Optional.empty() : resumed.get(slot.index());
    }

    /**
     * Trains one round.
     *
     * @param decisions by device
     * @param start what the round starts from, of the whole model
     * @return one outcome per device, in order of index
     */
    List<Outcome> take(int round, List<DeviceDecision> decisions, Handover start) {
        return config.scheme().isSequential()
                ? oneAfterAnother(round, decisions, start)
                : allAtOnce(round, decisions, start);
    }

    /** Returns what the next round starts from; the same as this one if no device has finished. */
    Handover next(Handover start, List<Outcome> outcomes) {
        List<Outcome> finished = outcomes.stream()
                .filter(outcome -> outcome.trained().isPresent())
                .toList();
        if (finished.isEmpty()) {
            return start;
        }
        if (config.scheme().isSequential()) {
            return finished.get(finished.size() - 1).trained().orElseThrow();
        }
        List<Aggregation.Weighted> contributions = finished.stream()
                .map(outcome -> new Aggregation.Weighted(
                        outcome.trained().orElseThrow().adapter(),
                        outcome.record().samples()))
                .toList();
        return new Handover(Aggregation.fedAvg(contributions), Optional.empty());
    }

    private List<Outcome> oneAfterAnother(int round, List<DeviceDecision> decisions, Handover start) {
        List<Outcome> outcomes = new ArrayList<>();
        Handover current = start;
        for (DeviceSlot slot : slots) {
            Outcome outcome = turn(round, slot, decisions.get(slot.index()), current);
            // A device that failed has changed nothing: the next one starts where it started.
            current = outcome.trained().orElse(current);
            outcomes.add(outcome);
        }
        return outcomes;
    }

    private List<Outcome> allAtOnce(int round, List<DeviceDecision> decisions, Handover start) {
        List<Callable<Outcome>> tasks = new ArrayList<>();
        for (DeviceSlot slot : slots) {
            tasks.add(() -> turn(round, slot, decisions.get(slot.index()), start));
        }
        List<Outcome> outcomes = new ArrayList<>();
        try {
            for (Future<Outcome> future : threads.invokeAll(tasks)) {
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

    private Outcome turn(int round, DeviceSlot slot, DeviceDecision decision, Handover start) {
        Optional<CutLink> link = slot.link();
        if (!decision.participates()) {
            link.ifPresent(present -> letRest(round, slot, present, decision));
            return Outcome.without(DeviceRound.idle(slot.id(), decision));
        }
        return link.map(present -> serve(round, slot, present, decision, start))
                .orElseGet(() -> Outcome.without(DeviceRound.absent(slot.id(), decision)));
    }

    /** Tells the device that the round goes on without it, which it needs to know to number its optimiser's states. */
    private static void letRest(int round, DeviceSlot slot, CutLink link, DeviceDecision decision) {
        try {
            byte[] compression = decision.compression().toBytes();
            link.send(new Message.RoundStart(round, decision.cut(), compression, new byte[0], false));
        } catch (TransportException gone) {
            slot.detach(link);
        }
    }

    private Outcome serve(int round, DeviceSlot slot, CutLink link, DeviceDecision decision, Handover start) {
        HalfRange serverRange = HalfRange.server(decision.cut(), model.config().depth());
        TrainableState trainable = trainableOf(slot, serverRange);
        trainable.load(start.of(config.lora(), model.config(), serverRange));
        Handover device = start.of(config.lora(), model.config(), HalfRange.device(decision.cut()));
        StepStreams streams = new StepStreams(new RandomStreams(config.seed()), slot.index());
        ServerHalf half = new ServerHalf(model.half(serverRange), trainable, codec, streams, decision.compression());
        return new SlotRound(round, slot, link, decision, config, model.config(), half, gate, ticker)
                .serve(device, trainable, listener);
    }

    /** Keeps a device's adapters and their optimiser while its cut stays, and makes new ones when it has moved. */
    private TrainableState trainableOf(DeviceSlot slot, HalfRange range) {
        Optional<TrainableState> existing = slot.trainable();
        if (existing.isPresent() && existing.get().range().equals(range)) {
            return existing.get();
        }
        TrainableState made = TrainableState.ofAdapters(model.config(), config.lora(), config.optimizer(), range);
        if (existing.isEmpty()) {
            resumedOf(slot).ifPresent(made::resumeOptimizer);
        }
        slot.trainable(made);
        return made;
    }
}
