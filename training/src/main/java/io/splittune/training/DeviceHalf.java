package io.splittune.training;

import io.splittune.codec.Encoded;
import io.splittune.model.TransformerHalf;
import io.splittune.tensor.Autograd;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.Tensors;
import io.splittune.training.data.Batch;
import io.splittune.transport.StepId;
import io.splittune.transport.TransportException;

/**
 * The device's side of a step: embedding and first blocks, from pixels to the activation at the cut and back.
 *
 * <p>SFT Algorithm 1, lines 8-10 and 17; eq. (3) and (6). Confined to one thread; does not own the frozen base.
 */
final class DeviceHalf {
    private final TransformerHalf base;
    private final TrainableState trainable;
    private final CutCodec codec;
    private final StepStreams streams;
    private final ComputeGate gate;
    private final StopWatch compute;

    /** Sends an activation and waits for its gradient. */
    @FunctionalInterface
    interface Exchange {
        byte[] gradientFor(byte[] activationFrame, int[] shape) throws TransportException;
    }

    DeviceHalf(
            TransformerHalf base,
            TrainableState trainable,
            CutCodec codec,
            StepStreams streams,
            ComputeGate gate,
            StopWatch compute) {
        this.base = base;
        this.trainable = trainable;
        this.codec = codec;
        this.streams = streams;
        this.gate = gate;
        this.compute = compute;
    }

    /** Runs one micro-batch forward, exchanges it over the cut, and adds its gradient. */
    void microStep(StepId id, Batch batch, CutCompression compression, Exchange exchange) throws TransportException {
        try (TensorScope scope = TensorScope.open("device step")) {
            Forward forward = gate.compute(() -> compute.time(() -> forward(id, batch, compression)));
            byte[] gradientFrame = exchange.gradientFor(forward.encoded.frame(), forward.shape);
            gate.compute(() -> compute.time(() -> backward(forward, gradientFrame, compression)));
            trainable.accumulated(batch.size());
        }
    }

    void update(double learningRate) {
        gate.compute(() -> compute.time(() -> {
            trainable.step(learningRate);
            return true;
        }));
    }

    /** What a forward pass leaves for its backward pass. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Forward(Tensor hidden, Encoded encoded, int[] shape) {}

    private Forward forward(StepId id, Batch batch, CutCompression compression) {
        Tensor pixels = Pixels.of(batch);
        Tensor hidden = base.forward(pixels, trainable.set(), streams.forwardMode(id)); // -> (B, T, D)
        int[] shape = intShape(hidden);
        Encoded encoded =
                codec.encodeActivation(hidden.toFloats(), shape, compression, streams.activationQuantiser(id));
        return new Forward(hidden, encoded, shape);
    }

    private boolean backward(Forward forward, byte[] gradientFrame, CutCompression compression) {
        float[] gradient = codec.decodeGradient(gradientFrame, forward.shape, compression, forward.encoded.mask());
        // Without an adapter on this side nothing here depends on the gradient.
        if (forward.hidden.requiresGrad()) {
            Tensor outer = Tensors.of(gradient, forward.hidden.shape()).to(forward.hidden.dtype());
            Autograd.backward(forward.hidden, outer);
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
