package io.splittune.training;

import io.splittune.core.Check;
import io.splittune.core.RandomStreams;
import io.splittune.core.Ticker;
import io.splittune.model.AdapterState;
import io.splittune.model.ForwardMode;
import io.splittune.model.FullParameters;
import io.splittune.model.HalfRange;
import io.splittune.model.ModelConfig;
import io.splittune.model.Optimizer;
import io.splittune.model.Precision;
import io.splittune.model.TransformerHalf;
import io.splittune.tensor.Autograd;
import io.splittune.tensor.Ops;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.Tensors;
import io.splittune.training.data.Batch;
import io.splittune.training.data.BatchSource;

/**
 * Trains every weight of a model from random values: how the project makes its own built-in checkpoints. AdamW with a
 * linear warm-up and a cosine decay of the learning rate to zero.
 */
public final class Pretraining {
    private static final double BETA_1 = 0.9;
    private static final double BETA_2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final Recipe recipe;
    private final RandomStreams streams;
    private final Ticker ticker;

    /**
     * How to train.
     *
     * @param epochs passes over the data, positive
     * @param learningRate the highest, after the warm-up
     * @param weightDecay of AdamW
     * @param warmupFraction share of all steps that the warm-up takes, in [0, 1)
     */
    public record Recipe(int epochs, double learningRate, double weightDecay, double warmupFraction) {
        /** Validates. */
        public Recipe {
            Check.positive(epochs, "epochs");
            Check.positive(learningRate, "learningRate");
            Check.notNegative(weightDecay, "weightDecay");
            Check.require(
                    warmupFraction >= 0 && warmupFraction < 1,
                    "warmupFraction (%s) must lie in [0, 1).",
                    warmupFraction);
        }

        /** Returns the learning rate of a step, counted from 0. */
        double learningRateAt(long step, long steps) {
            double warmup = Math.max(1, warmupFraction * steps);
            if (step < warmup) {
                return learningRate * (step + 1) / warmup;
            }
            return learningRate * 0.5 * (1 + Math.cos(Math.PI * (step - warmup) / (steps - warmup)));
        }
    }

    /** Hears about each epoch. */
    @FunctionalInterface
    public interface Progress {
        /** An epoch has ended with this mean training loss and this score on the test set. */
        void onEpoch(int epoch, double trainLoss, Evaluator.Score score, double seconds);
    }

    /**
     * Prepares a training.
     *
     * @param recipe how to train
     * @param streams of the initial weights and the order of the data
     * @param ticker measures epochs
     */
    public Pretraining(Recipe recipe, RandomStreams streams, Ticker ticker) {
        this.recipe = recipe;
        this.streams = streams;
        this.ticker = ticker;
    }

    /**
     * Trains.
     *
     * @param config the model, with the data's image size and number of classes
     * @param precision fp32, or bf16 for the computation over fp32 weights
     * @param data all training samples
     * @param testSet scored after each epoch
     * @param progress hears about each epoch
     * @return all weights by canonical name
     */
    public AdapterState train(
            ModelConfig config, Precision precision, DeviceData data, TestSet testSet, Progress progress) {
        HalfRange whole = HalfRange.whole(config.depth());
        try (TransformerHalf base = TransformerHalf.random(config, whole, precision, streams);
                FullParameters weights = FullParameters.of(base);
                Optimizer optimizer = Optimizer.adamW(weights, BETA_1, BETA_2, EPSILON, recipe.weightDecay())) {
            Evaluator evaluator = new Evaluator(base);
            long steps = (long) recipe.epochs() * data.batchCount();
            for (int epoch = 0; epoch < recipe.epochs(); epoch++) {
                long start = ticker.nanos();
                double loss = epoch(epoch, steps, base, weights, optimizer, data);
                try (BatchSource batches = testSet.open()) {
                    Evaluator.Score score = evaluator.evaluate(weights, batches);
                    progress.onEpoch(epoch + 1, loss, score, ticker.since(start).toNanos() / 1e9);
                }
            }
            return weights.snapshot();
        }
    }

    private double epoch(
            int epoch, long steps, TransformerHalf base, FullParameters weights, Optimizer optimizer, DeviceData data) {
        double loss = 0;
        long step = (long) epoch * data.batchCount();
        try (BatchSource source = data.epoch(0, epoch)) {
            while (source.hasNext()) {
                Batch batch = source.next();
                loss += step(batch, base, weights, optimizer, recipe.learningRateAt(step, steps)) * batch.size();
                step++;
            }
        }
        return loss / data.samples();
    }

    private static double step(
            Batch batch, TransformerHalf base, FullParameters weights, Optimizer optimizer, double learningRate) {
        try (TensorScope scope = TensorScope.open("pretraining step")) {
            Tensor logits = base.forward(Pixels.of(batch), weights, ForwardMode.train(0)); // -> (B, classes)
            Tensor loss = Ops.crossEntropy(logits, Tensors.ofInts(batch.labels()), Ops.Reduction.MEAN);
            Autograd.backward(loss);
            optimizer.step(learningRate);
            weights.clearGradients();
            return loss.item();
        }
    }
}
