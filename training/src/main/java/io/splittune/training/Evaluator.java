package io.splittune.training;

import io.splittune.core.Check;
import io.splittune.model.ForwardMode;
import io.splittune.model.TrainableSet;
import io.splittune.model.TransformerHalf;
import io.splittune.tensor.TensorScope;
import io.splittune.training.data.Batch;
import io.splittune.training.data.BatchSource;

/** Loss and accuracy of an unsplit model on a data set. Thread-safe; owns nothing. */
public final class Evaluator {
    private final TransformerHalf model;

    /**
     * Evaluates with a frozen base.
     *
     * @param model from pixels to logits
     */
    public Evaluator(TransformerHalf model) {
        this.model = model;
    }

    /**
     * The outcome.
     *
     * @param loss mean cross-entropy in nats, over samples or over the tokens that have labels
     * @param accuracy fraction of them given right, in [0, 1]
     * @param samples how many samples there were
     */
    public record Score(double loss, double accuracy, long samples) {}

    /**
     * Computes the logits of one batch, for comparison with other implementations.
     *
     * @param adapters on top of the base
     * @param batch of any size
     * @return row-major (B, classes)
     */
    public float[] logits(TrainableSet adapters, Batch batch) {
        try (TensorScope scope = TensorScope.open("logits")) {
            return model.forward(Inputs.of(batch), adapters, ForwardMode.eval()).toFloats();
        }
    }

    /**
     * Goes once through the batches. Nothing is compressed: this is the model that a user gets.
     *
     * @param adapters on top of the base
     * @param batches of the test set, at least one
     * @return mean loss and accuracy
     */
    public Score evaluate(TrainableSet adapters, BatchSource batches) {
        double loss = 0;
        long correct = 0;
        long targets = 0;
        long samples = 0;
        while (batches.hasNext()) {
            Batch batch = batches.next();
            try (TensorScope scope = TensorScope.open("evaluation")) {
                TransformerHalf.Score score =
                        model.score(Inputs.of(batch), batch.labels(), adapters, ForwardMode.eval());
                loss += score.loss();
                correct += score.correct();
                targets += score.targets();
                samples += batch.size();
            }
        }
        Check.require(samples > 0, "The test set is empty.");
        return new Score(loss / targets, (double) correct / targets, samples);
    }
}
