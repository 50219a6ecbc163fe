package io.splittune.training;

import io.splittune.core.Check;
import io.splittune.model.ForwardMode;
import io.splittune.model.TrainableSet;
import io.splittune.model.TransformerHalf;
import io.splittune.tensor.Ops;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.Tensors;
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
     * @param loss mean cross-entropy in nats
     * @param accuracy fraction classified right, in [0, 1]
     * @param samples how many there were
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
            return model.forward(Pixels.of(batch), adapters, ForwardMode.eval()).toFloats();
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
        long samples = 0;
        while (batches.hasNext()) {
            Batch batch = batches.next();
            try (TensorScope scope = TensorScope.open("evaluation")) {
                Tensor pixels = Pixels.of(batch);
                Tensor logits = model.forward(pixels, adapters, ForwardMode.eval()); // -> (B, classes)
                Tensor labels = Tensors.ofInts(batch.labels());
                loss += Ops.crossEntropy(logits, labels, Ops.Reduction.SUM).item();
                correct += Ops.countCorrect(logits, labels);
                samples += batch.size();
            }
        }
        Check.require(samples > 0, "The test set is empty.");
        return new Score(loss / samples, (double) correct / samples, samples);
    }
}
