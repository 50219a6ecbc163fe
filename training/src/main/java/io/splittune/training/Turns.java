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
 * The devices' turns in a round, and what comes of them together: averaged, or handed on from one to the next. Used by one
 * thread; devices are served on threads of the pool.
 *
 * <p>Devices take their turns all at once. Where everything is handed on they take them one after another, and so they do
 * where all weights are trained: then the server holds, beside the frozen base and the whole model that is scored, the
 * weights, gradients and moments of one device's half, and on the heap the round's start, the device's result and the sum
 * (4 + 4 + 8 bytes a weight), however many devices there are. All start from the same, so their order changes no result;
 * on a real network such a round takes the sum of its devices' delays.
 */
final class Turns {
    private final TrainingConfig config;
    private final HalfSource model;
    private final TrainedTensors tensors;
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
        this.tensors = new TrainedTensors(config, model.config());
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
     * @return what has come of it
     */
    RoundTotals.Result take(int round, List<DeviceDecision> decisions, Handover start) {
        RoundTotals totals = config.scheme().isSequential()
                ? RoundTotals.handedOn(start)
                : RoundTotals.averaged(start, new Aggregation(start.adapter(), allSamples(), decisions));
        if (config.keepsOptimizers()) {
            allAtOnce(round, decisions, totals);
        } else {
            // What the server trains for a device is needed during its turn alone: one model of it at a time.
            for (DeviceSlot slot : slots) {
                totals.add(slot.index(), turn(round, slot, decisions.get(slot.index()), totals.deviceStart()));
            }
        }
        return totals.result();
    }

    /** Samples of all devices that have ever come. */
    private long allSamples() {
        return slots.stream().mapToLong(DeviceSlot::samples).sum();
    }

    private void allAtOnce(int round, List<DeviceDecision> decisions, RoundTotals totals) {
        Handover start = totals.deviceStart();
        List<Callable<Outcome>> tasks = new ArrayList<>();
        for (DeviceSlot slot : slots) {
            tasks.add(() -> turn(round, slot, decisions.get(slot.index()), start));
        }
        try {
            int device = 0;
            for (Future<Outcome> future : threads.invokeAll(tasks)) {
                totals.add(device++, future.get());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted in round " + round + ".", interrupted);
        } catch (ExecutionException failed) {
            throw new IllegalStateException("Round " + round + " failed on the server.", failed.getCause());
        }
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
        HalfRange range = HalfRange.server(decision.cut(), model.config().depth());
        if (config.keepsOptimizers()) {
            return serve(round, slot, link, decision, start, keptState(slot, range));
        }
        try (TrainableState own = tensors.state(range)) {
            return serve(round, slot, link, decision, start, own);
        }
    }

    private Outcome serve(
            int round,
            DeviceSlot slot,
            CutLink link,
            DeviceDecision decision,
            Handover start,
            TrainableState trainable) {
        HalfRange serverRange = trainable.range();
        trainable.load(start.part(tensors.shapes(serverRange).keySet()));
        Handover device =
                start.part(tensors.shapes(HalfRange.device(decision.cut())).keySet());
        StepStreams streams = new StepStreams(new RandomStreams(config.seed()), slot.index());
        Optional<ActivationMemory> memory = slot.memory(link, config).activations();
        memory.ifPresent(visits -> visits.enter(decision.cut()));
        ServerHalf half = new ServerHalf(
                model.half(serverRange), trainable, codec, memory, streams, decision.compression(), listener);
        return new SlotRound(round, slot, link, decision, tensors, half, gate, ticker)
                .serve(device, trainable, listener);
    }

    /** Keeps a device's adapters and their optimiser while its cut stays, and makes new ones when it has moved. */
    private TrainableState keptState(DeviceSlot slot, HalfRange range) {
        Optional<TrainableState> existing = slot.trainable();
        if (existing.isPresent() && existing.get().range().equals(range)) {
            return existing.get();
        }
        TrainableState made = tensors.state(range);
        if (existing.isEmpty()) {
            resumedOf(slot).ifPresent(made::resumeOptimizer);
        }
        slot.trainable(made);
        return made;
    }
}
