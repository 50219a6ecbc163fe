package io.splittune.training;

import io.splittune.model.TransformerHalf;
import io.splittune.tensor.TensorScope;
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

    /** Trains one round and returns the mean loss over its targets. */
    double trainRound(int round, DeviceData data, RunListener listener) {
        double loss = 0;
        long targets = 0;
        int done = 0;
        for (int epoch = 0; epoch < config.localEpochs(); epoch++) {
            try (BatchSource source = data.epoch(round, epoch)) {
                for (int step = 0; source.hasNext(); step++) {
                    Batch batch = source.next();
                    double batchLoss = trainBatch(round, epoch, step, batch, data.batchCount());
                    loss += batchLoss;
                    targets += batch.targets();
                    done++;
                    int all = config.localEpochs() * data.batchCount();
                    listener.onBatch(round, streams.deviceIndex(), done, all, batchLoss / batch.targets());
                }
            }
        }
        return loss / targets;
    }

    private double trainBatch(int round, int epoch, int step, Batch batch, long batches) {
        List<Batch> parts = batch.microBatches(config.microBatch());
        double loss = 0;
        for (int micro = 0; micro < parts.size(); micro++) {
            StepId id = new StepId(round, epoch, step, micro);
            Batch part = parts.get(micro);
            loss += gate.compute(() -> microStep(id, part));
        }
        double learningRate = config.learningRate(new StepId(round, epoch, step, 0), batches);
        gate.compute(() -> {
            OptimizerConfig optimizer = config.optimizer();
            trainable.step(learningRate, optimizer.clips() ? optimizer.clipFactor(trainable.squaredGradientNorm()) : 1);
            return true;
        });
        return loss;
    }

    private double microStep(StepId id, Batch part) {
        try (TensorScope scope = TensorScope.open("unsplit step")) {
            TransformerHalf.Score score =
                    model.score(Inputs.of(part), part.labels(), trainable.set(), streams.forwardMode(id));
            trainable.accumulated(score.targets());
            return score.loss();
        }
    }
}
