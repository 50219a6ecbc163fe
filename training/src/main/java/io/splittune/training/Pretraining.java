package io.splittune.training;

import io.splittune.core.Check;
import io.splittune.core.RandomStreams;
import io.splittune.core.Ticker;
import io.splittune.model.AdapterState;
import io.splittune.model.ForwardMode;
import io.splittune.model.FullParameters;
import io.splittune.model.HalfRange;
import io.splittune.model.ModelConfig;
import io.splittune.model.Precision;
import io.splittune.model.TransformerHalf;
import io.splittune.tensor.TensorScope;
import io.splittune.training.data.Batch;
import io.splittune.training.data.BatchSource;

/**
 * Trains every weight of a model from random values: how the project makes its own built-in checkpoints. AdamW with a
 * linear warm-up and a cosine decay of the learning rate to zero.
 */
public final class Pretraining {
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

        private OptimizerConfig optimizer() {
            return new OptimizerConfig(OptimizerConfig.Kind.ADAMW, learningRate, 0, weightDecay, 1);
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
                TrainableState weights = new TrainableState(FullParameters.of(base), recipe.optimizer(), whole)) {
            Evaluator evaluator = new Evaluator(base);
            long steps = (long) recipe.epochs() * data.batchCount();
            for (int epoch = 0; epoch < recipe.epochs(); epoch++) {
                long start = ticker.nanos();
                double loss = epoch(epoch, steps, base, weights, data);
                try (BatchSource batches = testSet.open()) {
                    Evaluator.Score score = evaluator.evaluate(weights.set(), batches);
                    progress.onEpoch(epoch + 1, loss, score, ticker.since(start).toNanos() / 1e9);
                }
            }
            return weights.snapshot();
        }
    }

    private double epoch(int epoch, long steps, TransformerHalf base, TrainableState weights, DeviceData data) {
        double loss = 0;
        long targets = 0;
        long step = (long) epoch * data.batchCount();
        try (BatchSource source = data.epoch(0, epoch)) {
            while (source.hasNext()) {
                Batch batch = source.next();
                loss += step(batch, base, weights, recipe.learningRateAt(step, steps));
                targets += batch.targets();
                step++;
            }
        }
        return loss / targets;
    }

    private static double step(Batch batch, TransformerHalf base, TrainableState weights, double learningRate) {
        try (TensorScope scope = TensorScope.open("pretraining step")) {
            TransformerHalf.Score score =
                    base.score(Inputs.of(batch), batch.labels(), weights.set(), ForwardMode.train(0));
            weights.accumulated(score.targets());
            weights.step(learningRate, 1);
            return score.loss();
        }
    }
}
