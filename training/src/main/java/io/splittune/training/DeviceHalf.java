package io.splittune.training;

import io.splittune.codec.Compression;
import io.splittune.codec.Encoded;
import io.splittune.codec.Mask;
import io.splittune.model.ForwardMode;
import io.splittune.model.Recorded;
import io.splittune.model.TransformerHalf;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.Tensors;
import io.splittune.training.data.Batch;
import io.splittune.training.data.TokenBatch;
import io.splittune.transport.Message.Visits;
import io.splittune.transport.StepId;
import io.splittune.transport.TransportException;
import java.util.Arrays;
import java.util.Optional;

/**
 * The device's side of a step: embedding and first blocks, from pixels to the activation at the cut and back.
 *
 * <p>SFT Algorithm 1, lines 8-10 and 17; eq. (3) and (6). Confined to one thread; does not own the frozen base.
 */
final class DeviceHalf {
    private final TransformerHalf base;
    private final TrainableState trainable;
    private final boolean recomputes;
    private final CutCodec codec;
    private final Optional<ActivationMemory> memory;
    private final StepStreams streams;
    private final ComputeGate gate;
    private final StopWatch compute;
    private final RunListener listener;

    /** Sends an activation and waits for its gradient. */
    @FunctionalInterface
    interface Exchange {
        byte[] gradientFor(byte[] activationFrame, int[] shape, Visits visits) throws TransportException;
    }

    DeviceHalf(
            TransformerHalf base,
            TrainableState trainable,
            boolean recomputes,
            CutCodec codec,
            Optional<ActivationMemory> memory,
            StepStreams streams,
            ComputeGate gate,
            StopWatch compute,
            RunListener listener) {
        this.base = base;
        this.trainable = trainable;
        this.recomputes = recomputes;
        this.codec = codec;
        this.memory = memory;
        this.streams = streams;
        this.gate = gate;
        this.compute = compute;
        this.listener = listener;
    }

    /** Runs one micro-batch forward, exchanges it over the cut, and adds its gradient. */
    void microStep(StepId id, Batch batch, CutCompression compression, Exchange exchange) throws TransportException {
        try (TensorScope scope = TensorScope.open("device step")) {
            Forward forward = gate.compute(() -> compute.time(() -> forward(id, batch, compression)));
            byte[] gradientFrame = exchange.gradientFor(forward.frame, forward.shape, forward.visits);
            gate.compute(() -> compute.time(() -> backward(forward, gradientFrame, compression)));
            trainable.accumulated(batch.targets());
        }
    }

    /** Returns the squared norm of the batch's mean gradient on this side. */
    double squaredGradientNorm() {
        return gate.compute(() -> compute.time(trainable::squaredGradientNorm));
    }

    /**
     * Ends a batch: updates what is trained on this side.
     *
     * @param clipFactor on the mean gradient
     */
    void update(double learningRate, double clipFactor) {
        gate.compute(() -> compute.time(() -> {
            trainable.step(learningRate, clipFactor);
            return true;
        }));
    }

    /** What a forward pass leaves for its backward pass; {@code passed} are the elements whose gradient counts. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Forward(Recorded pass, byte[] frame, Mask passed, int[] shape, Visits visits) {}

    private Forward forward(StepId id, Batch batch, CutCompression compression) {
        ForwardMode mode = streams.forwardMode(id);
        Recorded pass = base.record(Inputs.of(batch), trainable.set(), recomputes ? mode.recomputing() : mode);
        Tensor hidden = pass.output(); // (B, T, D)
        int[] shape = intShape(hidden);
        float[] values = hidden.toFloats();
        if (batch instanceof TokenBatch texts) {
            clearFilling(values, texts, shape[2]);
        }
        listener.onActivation(streams.deviceIndex(), id, values, shape);
        if (memory.isPresent()) {
            return remembered(id, batch, compression, pass, values, shape);
        }
        Encoded encoded =
                codec.encodeActivation(values, shape, compression.activations(), streams.activationQuantiser(id));
        return new Forward(pass, encoded.frame(), encoded.mask(), shape, Visits.NONE);
    }

    /** Encodes what is new in the activations, and remembers what the server will make of it. */
    private Forward remembered(
            StepId id, Batch batch, CutCompression compression, Recorded pass, float[] values, int[] shape) {
        ActivationMemory visited = memory.orElseThrow();
        Compression way = visited.compression(compression.activations(), batch.samples(), values.length / batch.size());
        Visits visits = visited.refer(values, batch.samples());
        Encoded encoded = codec.encodeActivation(values, shape, way, streams.activationQuantiser(id));
        visited.restore(codec.decodeActivation(encoded.frame(), shape).values(), visits);
        // What this visit leaves out a later one sends, so a gradient with positions of its own counts everywhere.
        Mask passed = compression.shareMask() ? encoded.mask() : Mask.all(values.length);
        return new Forward(pass, encoded.frame(), passed, shape, visits);
    }

    /** What stands behind a row's tokens changes no loss: none of the kept values is to be spent on it. */
    private static void clearFilling(float[] values, TokenBatch texts, int width) {
        for (int row = 0; row < texts.size(); row++) {
            int from = (row * texts.rowLength() + texts.lengths()[row]) * width;
            Arrays.fill(values, from, (row + 1) * texts.rowLength() * width, 0);
        }
    }

    private boolean backward(Forward forward, byte[] gradientFrame, CutCompression compression) {
        float[] gradient = codec.decodeGradient(gradientFrame, forward.shape, compression, forward.passed);
        // Without an adapter on this side nothing here depends on the gradient.
        if (forward.pass.hasGradients()) {
            forward.pass.backward(Tensors.of(gradient, forward.pass.output().shape()));
        }
        return true;
    }

    private static int[] intShape(Tensor tensor) {
        long[] shape = tensor.shape();
        int[] narrowed = new int[shape.length];
        for (int i = 0; i < shape.length; i++) {
            narrowed[i] = Math.toIntExact(shape[i]);
        }
        return narrowed;
    }
}
