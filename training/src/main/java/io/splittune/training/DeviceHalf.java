package io.splittune.training;

import io.splittune.codec.Encoded;
import io.splittune.model.ForwardMode;
import io.splittune.model.Recorded;
import io.splittune.model.TransformerHalf;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.Tensors;
import io.splittune.training.data.Batch;
import io.splittune.training.data.TokenBatch;
import io.splittune.transport.StepId;
import io.splittune.transport.TransportException;
import java.util.Arrays;

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
    private final StepStreams streams;
    private final ComputeGate gate;
    private final StopWatch compute;
    private final RunListener listener;

    /** Sends an activation and waits for its gradient. */
    @FunctionalInterface
    interface Exchange {
        byte[] gradientFor(byte[] activationFrame, int[] shape) throws TransportException;
    }

    DeviceHalf(
            TransformerHalf base,
            TrainableState trainable,
            boolean recomputes,
            CutCodec codec,
            StepStreams streams,
            ComputeGate gate,
            StopWatch compute,
            RunListener listener) {
        this.base = base;
        this.trainable = trainable;
        this.recomputes = recomputes;
        this.codec = codec;
        this.streams = streams;
        this.gate = gate;
        this.compute = compute;
        this.listener = listener;
    }

    /** Runs one micro-batch forward, exchanges it over the cut, and adds its gradient. */
    void microStep(StepId id, Batch batch, CutCompression compression, Exchange exchange) throws TransportException {
        try (TensorScope scope = TensorScope.open("device step")) {
            Forward forward = gate.compute(() -> compute.time(() -> forward(id, batch, compression)));
            byte[] gradientFrame = exchange.gradientFor(forward.encoded.frame(), forward.shape);
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

    /** What a forward pass leaves for its backward pass. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Forward(Recorded pass, Encoded encoded, int[] shape) {}

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
        Encoded encoded = codec.encodeActivation(values, shape, compression, streams.activationQuantiser(id));
        return new Forward(pass, encoded, shape);
    }

    /** What stands behind a row's tokens changes no loss: none of the kept values is to be spent on it. */
    private static void clearFilling(float[] values, TokenBatch texts, int width) {
        for (int row = 0; row < texts.size(); row++) {
            int from = (row * texts.rowLength() + texts.lengths()[row]) * width;
            Arrays.fill(values, from, (row + 1) * texts.rowLength() * width, 0);
        }
    }

    private boolean backward(Forward forward, byte[] gradientFrame, CutCompression compression) {
        float[] gradient = codec.decodeGradient(gradientFrame, forward.shape, compression, forward.encoded.mask());
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
