package io.splittune.simulation;

import io.splittune.codec.ActivationCodec;
import io.splittune.codec.Compression;
import io.splittune.codec.Decoded;
import io.splittune.codec.Encoded;
import io.splittune.core.Check;
import io.splittune.core.RandomStreams;
import io.splittune.core.RandomStreams.Purpose;
import io.splittune.model.AdapterSet;
import io.splittune.model.AdapterState;
import io.splittune.model.ForwardMode;
import io.splittune.model.HalfRange;
import io.splittune.model.LoraConfig;
import io.splittune.model.TransformerHalf;
import io.splittune.tensor.Autograd;
import io.splittune.tensor.Ops;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.Tensors;
import io.splittune.training.CutCompression;
import io.splittune.training.HalfSource;
import io.splittune.training.Inputs;
import io.splittune.training.data.Batch;
import io.splittune.training.data.BatchSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends the real activations and gradients of a model over its cut and counts their bytes: what training sends in a step
 * at the given adapters, without the update.
 *
 * <p>The activations are computed once; the gradient is computed anew for each compression, from what the server decoded,
 * as in training. Owns its adapters and borrows the model. Confined to one thread.
 */
public final class CutProbe implements AutoCloseable {
    private final ActivationCodec codec = new ActivationCodec();
    private final TransformerHalf server;
    private final AdapterSet serverAdapter;
    private final RandomStreams streams;
    private final List<Sample> samples = new ArrayList<>();

    /** A micro-batch as the device sends it. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Sample(float[] activation, int[] shape, int[] labels) {}

    /**
     * Computes the activations at a cut.
     *
     * @param model whole, not closed by this
     * @param lora which layers carry adapters
     * @param adapter of the whole model; {@link HalfSource#initialAdapter} for those of a run's first step
     * @param cut blocks on the device, 1 to one less than the model has
     * @param streams where the quantiser's draws come from
     * @param batches each encoded as one frame, so of a micro-batch's size; at least one, read to its end
     */
    public CutProbe(
            HalfSource model,
            LoraConfig lora,
            AdapterState adapter,
            int cut,
            RandomStreams streams,
            BatchSource batches) {
        int depth = model.config().depth();
        Check.inRange(cut, 1, depth - 1, "cut");
        this.streams = streams;
        HalfRange deviceRange = HalfRange.device(cut);
        HalfRange serverRange = HalfRange.server(cut, depth);
        this.server = model.half(serverRange);
        try (AdapterSet device = AdapterSet.of(lora, adapter.of(lora, model.config(), deviceRange))) {
            TransformerHalf half = model.half(deviceRange);
            while (batches.hasNext()) {
                samples.add(sample(half, device, batches.next()));
            }
        }
        Check.require(!samples.isEmpty(), "A calibration needs at least one batch.");
        this.serverAdapter = AdapterSet.of(lora, adapter.of(lora, model.config(), serverRange));
    }

    private static Sample sample(TransformerHalf device, AdapterSet adapter, Batch batch) {
        try (TensorScope scope = TensorScope.open("probe device")) {
            Tensor hidden = device.forward(Inputs.of(batch), adapter, ForwardMode.eval()); // -> (B, T, D)
            long[] shape = hidden.shape();
            int[] narrow = {(int) shape[0], (int) shape[1], (int) shape[2]};
            return new Sample(hidden.toFloats(), narrow, batch.labels());
        }
    }

    /**
     * Sends everything once over the cut.
     *
     * @param compression of both directions
     * @return the bytes of all frames together
     */
    public CutBytes measure(CutCompression compression) {
        long raw = 0;
        long up = 0;
        long down = 0;
        for (int i = 0; i < samples.size(); i++) {
            Sample sample = samples.get(i);
            Encoded frame = codec.encode(
                    sample.activation,
                    sample.shape,
                    compression.activations(),
                    streams.stream(Purpose.QUANTISER, i, 0));
            Decoded decoded = codec.decode(frame.frame(), sample.shape);
            raw += (long) Float.BYTES * sample.activation.length;
            up += frame.frame().length;
            down += gradientFrame(decoded, sample, compression, i).length;
        }
        return new CutBytes(raw, up, down);
    }

    private byte[] gradientFrame(Decoded decoded, Sample sample, CutCompression compression, int index) {
        float[] gradient = gradient(decoded, sample, index);
        var random = streams.stream(Purpose.QUANTISER, index, 1);
        boolean onMask = compression.shareMask() && !decoded.mask().isDense();
        if (onMask && compression.gradients() instanceof Compression.Quantised quantised) {
            return codec.encodeOnMask(gradient, sample.shape, decoded.mask(), quantised, random)
                    .frame();
        }
        return codec.encode(gradient, sample.shape, compression.gradients(), random)
                .frame();
    }

    private float[] gradient(Decoded decoded, Sample sample, int index) {
        try (TensorScope scope = TensorScope.open("probe server")) {
            int[] shape = sample.shape;
            Tensor hidden =
                    Tensors.of(decoded.values(), shape[0], shape[1], shape[2]).requiresGrad(true);
            ForwardMode mode = ForwardMode.train(streams.streamSeed(Purpose.DROPOUT, index));
            Tensor logits = server.forward(hidden, serverAdapter, mode); // -> (B, classes)
            Autograd.backward(Ops.crossEntropy(logits, Tensors.ofInts(sample.labels), Ops.Reduction.SUM));
            float[] gradient = hidden.grad().orElseThrow().toFloats();
            hidden.clearGrad();
            serverAdapter.clearGradients();
            return gradient;
        }
    }

    @Override
    public void close() {
        serverAdapter.close();
    }
}
