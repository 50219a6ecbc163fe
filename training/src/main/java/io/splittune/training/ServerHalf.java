package io.splittune.training;

import io.splittune.codec.Decoded;
import io.splittune.model.TransformerHalf;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.Tensors;
import io.splittune.transport.Message;
import java.util.Optional;

/**
 * The server's side of a step: from the activation at the cut to the loss, and the gradient back to the cut.
 *
 * <p>SFT Algorithm 1, lines 12-15; eq. (4) and (5). The frozen base is shared by all devices; each has its own adapters
 * and optimiser. One instance per device and round, used by one thread at a time; owns nothing.
 */
final class ServerHalf {
    private final TransformerHalf base;
    private final TrainableState trainable;
    private final CutCodec codec;
    private final Optional<ActivationMemory> memory;
    private final StepStreams streams;
    private final CutCompression compression;
    private final RunListener listener;

    ServerHalf(
            TransformerHalf base,
            TrainableState trainable,
            CutCodec codec,
            Optional<ActivationMemory> memory,
            StepStreams streams,
            CutCompression compression,
            RunListener listener) {
        this.base = base;
        this.trainable = trainable;
        this.codec = codec;
        this.memory = memory;
        this.streams = streams;
        this.compression = compression;
        this.listener = listener;
    }

    /**
     * Runs one micro-batch and adds its gradient.
     *
     * @param activation a message whose shape and labels were checked by the caller
     * @return the gradient of the summed loss at the cut, with the summed loss and the count of correct predictions
     * @throws io.splittune.codec.MalformedFrameException if the frame is damaged
     * @throws IllegalArgumentException if it refers to other last visits than are remembered here
     */
    Message.Gradient step(Message.Activation activation) {
        int[] shape = activation.shape();
        Decoded decoded = codec.decodeActivation(activation.frame(), shape);
        memory.ifPresent(visited -> visited.restore(decoded.values(), activation.visits()));
        try (TensorScope scope = TensorScope.open("server step")) {
            Tensor hidden = Tensors.of(decoded.values(), longShape(shape)).requiresGrad(true);
            TransformerHalf.Score score =
                    base.score(hidden, activation.labels(), trainable.set(), streams.forwardMode(activation.step()));
            trainable.accumulated(score.targets());
            float[] gradient = hidden.grad().orElseThrow().toFloats();
            hidden.clearGrad();
            listener.onGradient(streams.deviceIndex(), activation.step(), gradient, shape);
            byte[] frame = codec.encodeGradient(
                    gradient, shape, compression, decoded.mask(), streams.gradientQuantiser(activation.step()));
            return new Message.Gradient(activation.step(), frame, score.loss(), Math.toIntExact(score.correct()));
        }
    }

    /** Returns whether activations are coded against their samples' last visits. */
    boolean remembers() {
        return memory.isPresent();
    }

    /** Returns the squared norm of the batch's mean gradient on this side. */
    double squaredGradientNorm() {
        return trainable.squaredGradientNorm();
    }

    /**
     * Ends a batch: updates what is trained on this side.
     *
     * @param clipFactor on the mean gradient
     */
    void update(double learningRate, double clipFactor) {
        trainable.step(learningRate, clipFactor);
    }

    private static long[] longShape(int[] shape) {
        long[] wide = new long[shape.length];
        for (int i = 0; i < shape.length; i++) {
            wide[i] = shape[i];
        }
        return wide;
    }
}
