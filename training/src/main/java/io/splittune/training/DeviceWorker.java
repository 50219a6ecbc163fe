package io.splittune.training;

import io.splittune.core.RandomStreams;
import io.splittune.core.Ticker;
import io.splittune.model.HalfRange;
import io.splittune.model.OptimizerState;
import io.splittune.tensor.Torch;
import io.splittune.training.data.Batch;
import io.splittune.training.data.BatchSource;
import io.splittune.transport.CutLink;
import io.splittune.transport.DeviceReport;
import io.splittune.transport.Message;
import io.splittune.transport.SessionProtocol;
import io.splittune.transport.StepId;
import io.splittune.transport.TransportException;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

/**
 * A device's whole session with the server: joins, gets its half of the weights, and trains rounds until the server says
 * goodbye. Runs on the thread that calls {@link #run}; the same code in process and over a network.
 */
public final class DeviceWorker {
    private final CutLink link;
    private final Identity identity;
    private final DeviceEnvironment environment;
    private final OptimizerStates states;
    private final ComputeGate gate;
    private final RunListener listener;
    private final Ticker ticker;
    private final CutCodec codec = new CutCodec();

    /**
     * Who this device is.
     *
     * @param id its name, the same as in its certificate
     * @param token shared secret of the run, or empty
     * @param serverTimeout how long it waits for a silent server, which may be serving others
     */
    public record Identity(String id, String token, Duration serverTimeout) {}

    /**
     * Prepares a session.
     *
     * @param link to the server; closed by its owner
     * @param identity who this is
     * @param environment the device's data and weights
     * @param states where optimiser state is kept between processes
     * @param gate shared by devices of one process
     * @param listener hears batches and round results
     * @param ticker measures compute time
     */
    public DeviceWorker(
            CutLink link,
            Identity identity,
            DeviceEnvironment environment,
            OptimizerStates states,
            ComputeGate gate,
            RunListener listener,
            Ticker ticker) {
        this.link = link;
        this.identity = identity;
        this.environment = environment;
        this.states = states;
        this.gate = gate;
        this.listener = listener;
        this.ticker = ticker;
    }

    /**
     * Takes part in the run until its end.
     *
     * @return the server's last words
     * @throws IOException when the link breaks (a {@link TransportException}) or the disk is full
     */
    public String run() throws IOException {
        link.send(new Message.Hello(
                SessionProtocol.VERSION,
                identity.id(),
                identity.token(),
                0,
                Map.of("java", Runtime.version().toString())));
        Message.Welcome welcome = link.receive(Message.Welcome.class, identity.serverTimeout());
        DeviceTask task = environment.prepare(welcome.configuration(), welcome.deviceIndex());
        try (HalfSource weights = obtainWeights(welcome, task);
                Rounds rounds = new Rounds(task, weights, welcome.deviceIndex())) {
            return rounds.untilGoodbye();
        }
    }

    private HalfSource obtainWeights(Message.Welcome welcome, DeviceTask task) throws IOException {
        Optional<HalfSource> own = environment.ownWeights(task.cut(), welcome.weightsHash());
        link.send(new Message.WeightsRequest(own.isEmpty(), task.data().samples()));
        if (own.isPresent()) {
            return own.get();
        }
        Message.Weights weights = link.receive(Message.Weights.class, identity.serverTimeout());
        return environment.receivedWeights(welcome.weightsHash(), weights.content());
    }

    /** The rounds of one session; owns what the device trains. */
    private final class Rounds implements AutoCloseable {
        private final DeviceTask task;
        private final HalfSource weights;
        private final int deviceIndex;
        private final TrainedTensors tensors;
        private final StepStreams streams;
        private final StopWatch compute = new StopWatch(ticker);
        private final LinkMemory memory;
        private Optional<TrainableState> trainable = Optional.empty();
        private double waitSeconds;

        Rounds(DeviceTask task, HalfSource weights, int deviceIndex) {
            this.task = task;
            this.weights = weights;
            this.deviceIndex = deviceIndex;
            this.tensors = new TrainedTensors(task.config(), weights.config());
            this.streams = new StepStreams(new RandomStreams(task.config().seed()), deviceIndex);
            this.memory = new LinkMemory(task.config());
        }

        String untilGoodbye() throws IOException {
            while (true) {
                Message message = link.receive(identity.serverTimeout());
                if (message instanceof Message.RoundStart start) {
                    if (start.participate()) {
                        train(start);
                    } else {
                        stayInStep(start.round());
                    }
                } else if (message instanceof Message.RoundResult result) {
                    listener.onRoundResult(result.round(), result.loss(), result.accuracy());
                } else if (message instanceof Message.Goodbye goodbye) {
                    return goodbye.reason();
                } else if (message instanceof Message.Rejected rejected) {
                    throw new TransportException(rejected.cause(), rejected.reason());
                } else {
                    throw new TransportException(
                            TransportException.Kind.PROTOCOL, "The server sent " + message.kind() + " between rounds.");
                }
            }
        }

        private void train(Message.RoundStart start) throws IOException {
            CutCompression compression = CutCompression.fromBytes(start.compression());
            TrainableState state = stateFor(start);
            Map<String, long[]> shapes = tensors.shapes(state.range());
            Handover handed = memory.adapters()
                    .started(start.adapter(), shapes, "the server's adapter of round " + start.round());
            if (!task.config().keepsOptimizers()) {
                state.loadOptimizer(Handover.freshOptimizer());
            }
            state.load(handed);
            memory.activations().ifPresent(visits -> visits.enter(start.cut()));
            DeviceHalf half = new DeviceHalf(
                    weights.half(state.range()),
                    state,
                    task.config().recompute(),
                    codec,
                    memory.activations(),
                    streams,
                    gate,
                    compute,
                    listener);
            for (int epoch = 0; epoch < task.config().localEpochs(); epoch++) {
                trainEpoch(start.round(), epoch, half, compression);
            }
            if (task.config().keepsOptimizers()) {
                states.save(start.round(), state.optimizerSnapshot());
            }
            DeviceReport report =
                    new DeviceReport(compute.takeSeconds(), takeWaitSeconds(), ProcessMemory.peakResidentBytes());
            byte[] trained =
                    memory.adapters().upload(state.handover(handed.optimizer().isPresent()), shapes);
            link.send(new Message.AdapterUpload(
                    start.round(), trained, task.data().samples(), report));
            Torch.trimMemory(); // nothing is computed until the next round
        }

        /** A round without this device: its optimiser's state is the same after it as before. */
        private void stayInStep(int round) throws IOException {
            Optional<OptimizerState> unchanged =
                    trainable.isPresent() ? Optional.of(trainable.get().optimizerSnapshot()) : states.load(round - 1);
            if (unchanged.isPresent()) {
                states.save(round, unchanged.get());
            }
        }

        /** Keeps what is trained and its optimiser while the cut stays, and makes them anew when it has moved. */
        private TrainableState stateFor(Message.RoundStart start) throws IOException {
            HalfRange range = HalfRange.device(start.cut());
            if (trainable.isPresent() && trainable.get().range().equals(range)) {
                return trainable.get();
            }
            TrainableState state = tensors.state(range);
            if (trainable.isPresent()) {
                trainable.get().close();
            } else {
                states.load(start.round() - 1).ifPresent(state::resumeOptimizer);
            }
            trainable = Optional.of(state);
            return state;
        }

        private void trainEpoch(int round, int epoch, DeviceHalf half, CutCompression compression)
                throws TransportException {
            int batches = task.data().batchCount();
            int step = 0;
            try (BatchSource source = task.data().epoch(round, epoch)) {
                while (source.hasNext()) {
                    double loss = trainBatch(new StepId(round, epoch, step, 0), source.next(), half, compression);
                    step++;
                    int all = task.config().localEpochs() * batches;
                    listener.onBatch(round, deviceIndex, epoch * batches + step, all, loss);
                }
            }
        }

        private double trainBatch(StepId first, Batch batch, DeviceHalf half, CutCompression compression)
                throws TransportException {
            Iterator<Batch> parts =
                    batch.microBatches(task.config().microBatch()).iterator();
            double[] loss = new double[1];
            StepId id = first;
            for (int micro = 0; parts.hasNext(); micro++) {
                Batch part = parts.next();
                boolean last = !parts.hasNext();
                StepId current = new StepId(first.round(), first.epoch(), first.step(), micro);
                id = current;
                half.microStep(current, part, compression, (frame, shape, visits) -> {
                    Message.Gradient gradient =
                            exchange(new Message.Activation(current, frame, shape, part.labels(), last, visits));
                    loss[0] += gradient.loss();
                    return gradient.frame();
                });
            }
            double learningRate = task.config().learningRate(first, task.data().batchCount());
            half.update(learningRate, clipFactor(id, half));
            return loss[0] / batch.targets();
        }

        /** Returns the factor on the batch's gradient, which depends on the norm of both sides' together. */
        private double clipFactor(StepId last, DeviceHalf half) throws TransportException {
            if (!task.config().optimizer().clips()) {
                return 1;
            }
            Message.GradientNorm server = link.receive(Message.GradientNorm.class, identity.serverTimeout());
            double own = half.squaredGradientNorm();
            link.send(new Message.GradientNorm(last, own));
            return task.config().optimizer().clipFactor(own + server.squared());
        }

        private Message.Gradient exchange(Message.Activation activation) throws TransportException {
            long start = ticker.nanos();
            link.send(activation);
            Message.Gradient gradient = link.receive(Message.Gradient.class, identity.serverTimeout());
            waitSeconds += (ticker.nanos() - start) / 1e9;
            if (!gradient.step().equals(activation.step())) {
                throw new TransportException(
                        TransportException.Kind.PROTOCOL,
                        "The server answered " + activation.step() + " with the gradient of " + gradient.step() + ".");
            }
            return gradient;
        }

        private double takeWaitSeconds() {
            double seconds = waitSeconds;
            waitSeconds = 0;
            return seconds;
        }

        @Override
        public void close() {
            trainable.ifPresent(TrainableState::close);
            memory.close();
        }
    }
}
