package io.splittune.training;

import io.splittune.codec.Decoded;
import io.splittune.model.TransformerHalf;
import io.splittune.tensor.Autograd;
import io.splittune.tensor.Ops;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.Tensors;
import io.splittune.transport.Message;

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
    private final StepStreams streams;
    private final CutCompression compression;

    ServerHalf(
            TransformerHalf base,
            TrainableState trainable,
            CutCodec codec,
            StepStreams streams,
            CutCompression compression) {
        this.base = base;
        this.trainable = trainable;
        this.codec = codec;
        this.streams = streams;
        this.compression = compression;
    }

    /**
     * Runs one micro-batch and, at the end of a batch, updates the server-side adapters.
     *
     * @param activation a message whose shape and labels were checked by the caller
     * @return the gradient of the summed loss at the cut, with the summed loss and the count of correct predictions
     * @throws io.splittune.codec.MalformedFrameException if the frame is damaged
     */
    Message.Gradient step(Message.Activation activation, double learningRate) {
        Message.Gradient reply = forwardBackward(activation);
        trainable.accumulated(activation.labels().length);
        if (activation.endOfBatch()) {
            trainable.step(learningRate);
        }
        return reply;
    }

    private Message.Gradient forwardBackward(Message.Activation activation) {
        int[] shape = activation.shape();
        Decoded decoded = codec.decodeActivation(activation.frame(), shape);
        try (TensorScope scope = TensorScope.open("server step")) {
            Tensor hidden = Tensors.of(decoded.values(), longShape(shape)).requiresGrad(true);
            Tensor logits =
                    base.forward(hidden, trainable.set(), streams.forwardMode(activation.step())); // (B, classes)
            Tensor labels = Tensors.ofInts(activation.labels());
            Tensor loss = Ops.crossEntropy(logits, labels, Ops.Reduction.SUM);
            Autograd.backward(loss);
            float[] gradient = hidden.grad().orElseThrow().toFloats();
            hidden.clearGrad();
            byte[] frame = codec.encodeGradient(
                    gradient, shape, compression, decoded.mask(), streams.gradientQuantiser(activation.step()));
            int correct = Math.toIntExact(Ops.countCorrect(logits.detach(), labels));
            return new Message.Gradient(activation.step(), frame, loss.item(), correct);
        }
    }

    private static long[] longShape(int[] shape) {
        long[] wide = new long[shape.length];
        for (int i = 0; i < shape.length; i++) {
            wide[i] = shape[i];
        }
        return wide;
    }
}
