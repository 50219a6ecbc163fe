package io.splittune.training;

import io.splittune.model.TransformerHalf;
import io.splittune.tensor.Autograd;
import io.splittune.tensor.Ops;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.Tensors;
import io.splittune.training.data.Batch;
import io.splittune.training.data.BatchSource;
import io.splittune.transport.StepId;
import java.util.List;

/**
 * Training of the whole model in one place, its adapters or all its weights, with the same batches, random numbers and
 * order of operations as split training: what the schemes without a cut run, and the reference for every cut. Confined to
 * one thread; owns nothing.
 */
final class Unsplit {
    private final TransformerHalf model;
    private final TrainableState trainable;
    private final TrainingConfig config;
    private final StepStreams streams;
    private final ComputeGate gate;

    Unsplit(
            TransformerHalf model,
            TrainableState trainable,
            TrainingConfig config,
            StepStreams streams,
            ComputeGate gate) {
        this.model = model;
        this.trainable = trainable;
        this.config = config;
        this.streams = streams;
        this.gate = gate;
    }

    /** Trains one round and returns the mean loss over its steps. */
    double trainRound(int round, DeviceData data, RunListener listener) {
        double loss = 0;
        int done = 0;
        for (int epoch = 0; epoch < config.localEpochs(); epoch++) {
            try (BatchSource source = data.epoch(round, epoch)) {
                for (int step = 0; source.hasNext(); step++) {
                    Batch batch = source.next();
                    double batchLoss = trainBatch(round, epoch, step, batch);
                    loss += batchLoss;
                    done++;
                    int all = config.localEpochs() * data.batchCount();
                    listener.onBatch(round, streams.deviceIndex(), done, all, batchLoss / batch.size());
                }
            }
        }
        return loss / ((double) config.localEpochs() * data.samples());
    }

    private double trainBatch(int round, int epoch, int step, Batch batch) {
        List<Batch> parts = batch.microBatches(config.microBatch());
        double loss = 0;
        for (int micro = 0; micro < parts.size(); micro++) {
            StepId id = new StepId(round, epoch, step, micro);
            Batch part = parts.get(micro);
            loss += gate.compute(() -> microStep(id, part));
        }
        double learningRate = config.optimizer().learningRateIn(round);
        gate.compute(() -> {
            trainable.step(learningRate);
            return true;
        });
        return loss;
    }

    private double microStep(StepId id, Batch part) {
        try (TensorScope scope = TensorScope.open("unsplit step")) {
            Tensor logits = model.forward(Pixels.of(part), trainable.set(), streams.forwardMode(id)); // -> (B, classes)
            Tensor loss = Ops.crossEntropy(logits, Tensors.ofInts(part.labels()), Ops.Reduction.SUM);
            Autograd.backward(loss);
            trainable.accumulated(part.size());
            return loss.item();
        }
    }
}
