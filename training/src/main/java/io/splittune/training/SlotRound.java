package io.splittune.training;

import io.splittune.codec.MalformedFrameException;
import io.splittune.core.Check;
import io.splittune.core.Ticker;
import io.splittune.core.UserException;
import io.splittune.model.HalfRange;
import io.splittune.model.ModelConfig;
import io.splittune.transport.CutLink;
import io.splittune.transport.LinkStatistics;
import io.splittune.transport.Message;
import io.splittune.transport.StepId;
import io.splittune.transport.TransportException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** One device's round as the server sees it. Runs on one thread; owns nothing. */
final class SlotRound {
    private final int round;
    private final DeviceSlot slot;
    private final CutLink link;
    private final DeviceDecision decision;
    private final TrainedTensors tensors;
    private final ServerHalf half;
    private final ComputeGate gate;
    private final Ticker ticker;
    private final StopWatch serverTime;
    private double lossSum;
    private long steppedTargets;
    private long steps;
    private Traffic frames = Traffic.NONE;

    /**
     * What came of it.
     *
     * @param record for the round's table
     * @param trained both sides' tensors; empty when the device was idle or dropped
     * @param steppedTargets labels that counted over all local epochs, the weight of the device's mean loss
     */
    record Outcome(DeviceRound record, Optional<Handover> trained, long steppedTargets) {
        /** Returns the outcome of a device that had no part in the round. */
        static Outcome without(DeviceRound record) {
            return new Outcome(record, Optional.empty(), 0);
        }
    }

    SlotRound(
            int round,
            DeviceSlot slot,
            CutLink link,
            DeviceDecision decision,
            TrainedTensors tensors,
            ServerHalf half,
            ComputeGate gate,
            Ticker ticker) {
        this.round = round;
        this.slot = slot;
        this.link = link;
        this.decision = decision;
        this.tensors = tensors;
        this.half = half;
        this.gate = gate;
        this.ticker = ticker;
        this.serverTime = new StopWatch(ticker);
    }

    /**
     * Serves the device until it uploads what it trained.
     *
     * @param deviceStart what the device's half starts the round from
     * @param trainable what is trained for the device on the server
     * @param listener hears why a device is given up
     * @return the outcome; a device that failed is in it as dropped, and detached from its place
     */
    Outcome serve(Handover deviceStart, TrainableState trainable, RunListener listener) {
        long start = ticker.nanos();
        LinkStatistics before = link.statistics();
        try {
            AdapterExchange exchange = slot.memory(link, tensors.config()).adapters();
            byte[] adapter = exchange.start(deviceStart, tensors.shapes(HalfRange.device(decision.cut())));
            link.send(new Message.RoundStart(
                    round, decision.cut(), decision.compression().toBytes(), adapter, true));
            Message.AdapterUpload upload = untilUpload();
            Handover both = fromDevice(upload, exchange)
                    .and(trainable.handover(deviceStart.optimizer().isPresent()));
            return outcome(start, before, Optional.of(upload), Optional.of(both));
        } catch (TransportException | MalformedFrameException | IllegalArgumentException | UserException failed) {
            slot.detach(link);
            listener.onDrop(round, slot.id(), String.valueOf(failed.getMessage()));
            return outcome(start, before, Optional.empty(), Optional.empty());
        }
    }

    private Handover fromDevice(Message.AdapterUpload upload, AdapterExchange exchange) {
        String place = "the adapter of device " + slot.id();
        Check.positive(upload.samples(), "samples of device " + slot.id());
        Map<String, long[]> expected = tensors.shapes(HalfRange.device(decision.cut()));
        Handover device = exchange.uploaded(upload.adapter(), expected, place);
        device.requireShapes(expected, tensors.config().optimizer(), place);
        return device;
    }

    private Message.AdapterUpload untilUpload() throws TransportException {
        TrainingConfig config = tensors.config();
        while (true) {
            Message message = link.receive(config.deviceTimeout());
            if (message instanceof Message.Activation activation) {
                requireExpected(activation);
                long rawBytes = countUp(activation);
                Message.Gradient gradient = gate.compute(() -> serverTime.time(() -> half.step(activation)));
                link.send(gradient);
                countDown(activation, gradient, rawBytes);
                if (activation.endOfBatch()) {
                    endBatch(activation.step());
                }
            } else if (message instanceof Message.AdapterUpload upload && upload.round() == round) {
                return upload;
            } else {
                throw new TransportException(
                        TransportException.Kind.PROTOCOL,
                        link.peer() + " sent " + message.kind() + " in the middle of round " + round + ".");
            }
        }
    }

    private void endBatch(StepId last) throws TransportException {
        TrainingConfig config = tensors.config();
        double clipFactor = config.optimizer().clips() ? clipFactor(last) : 1;
        long batches = (slot.samples() + config.batchSize() - 1) / config.batchSize();
        double learningRate = config.learningRate(last, batches);
        gate.compute(() -> serverTime.time(() -> {
            half.update(learningRate, clipFactor);
            return true;
        }));
    }

    /** Both sides tell each other the norm of their gradients, as the norm of both together is limited. */
    private double clipFactor(StepId last) throws TransportException {
        double own = gate.compute(() -> serverTime.time(half::squaredGradientNorm));
        link.send(new Message.GradientNorm(last, own));
        Message.GradientNorm device =
                link.receive(Message.GradientNorm.class, tensors.config().deviceTimeout());
        return tensors.config().optimizer().clipFactor(own + device.squared());
    }

    /** A peer decides neither how much memory a step takes nor which classes there are. */
    private void requireExpected(Message.Activation activation) throws TransportException {
        ModelConfig model = tensors.model();
        int[] shape = activation.shape();
        boolean fits = activation.step().round() == round
                && shape.length == 3
                && shape[0] <= tensors.config().microBatch()
                && fits(model, shape, activation.labels().length)
                && shape[2] == model.width()
                && activation.visits().samples().size() == (half.remembers() ? shape[0] : 0)
                && ModelConfig.targets(activation.labels()) > 0;
        for (int label : activation.labels()) {
            fits &= (label >= 0 && label < model.outputs()) || (label == ModelConfig.NO_LABEL && model.labelsTokens());
        }
        if (!fits) {
            throw new TransportException(
                    TransportException.Kind.PROTOCOL,
                    link.peer() + " sent an activation of another round, shape or set of classes than agreed.");
        }
    }

    /** Rows of a language model may be shorter than it allows, images have all their patches. */
    private static boolean fits(ModelConfig model, int[] shape, int labels) {
        return model.labelsTokens()
                ? shape[1] > 0 && shape[1] <= model.tokens() && labels == shape[0] * shape[1]
                : shape[1] == model.tokens() && labels == shape[0];
    }

    private long countUp(Message.Activation activation) {
        int[] shape = activation.shape();
        long rawBytes = (long) Float.BYTES * shape[0] * shape[1] * shape[2];
        frames = frames.plus(new Traffic(0, 0, rawBytes, activation.frame().length, 0, 0));
        return rawBytes;
    }

    private void countDown(Message.Activation activation, Message.Gradient gradient, long rawBytes) {
        lossSum += gradient.loss();
        steppedTargets += ModelConfig.targets(activation.labels());
        if (activation.endOfBatch()) {
            steps++;
        }
        frames = frames.plus(new Traffic(0, 0, 0, 0, rawBytes, gradient.frame().length));
    }

    private Outcome outcome(
            long start, LinkStatistics before, Optional<Message.AdapterUpload> upload, Optional<Handover> trained) {
        Duration delay = ticker.since(start);
        LinkStatistics after = link.statistics();
        Traffic traffic = frames.plus(new Traffic(
                after.totalReceived().payloadBytes() - before.totalReceived().payloadBytes(),
                after.totalSent().payloadBytes() - before.totalSent().payloadBytes(),
                0,
                0,
                0,
                0));
        DeviceRound record = new DeviceRound(
                slot.id(),
                decision.cut(),
                decision.compression().activations(),
                trained.isPresent() && steppedTargets > 0 ? lossSum / steppedTargets : Double.NaN,
                upload.map(Message.AdapterUpload::samples).orElse(0L),
                true,
                trained.isEmpty(),
                steps,
                traffic,
                delay.toNanos() / 1e9,
                upload.map(u -> u.report().computeSeconds()).orElse(0.0),
                serverTime.takeSeconds(),
                upload.map(u -> u.report().residentBytes()).orElse(0L));
        return new Outcome(record, trained, steppedTargets);
    }
}
