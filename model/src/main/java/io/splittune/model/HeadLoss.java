package io.splittune.model;

import io.splittune.core.Check;
import io.splittune.tensor.Autograd;
import io.splittune.tensor.DType;
import io.splittune.tensor.Ops;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The head and the cross entropy of the rows that have a label, some rows at a time: a vocabulary of 128,256 words makes
 * half a megabyte of logits for each token. Each group of rows goes forward and, in training, backward on its own.
 *
 * <p>N rows with a label, D width.
 */
final class HeadLoss {
    /** Logits of one group of rows, in fp32. */
    private static final long CHUNK_BYTES = 64L << 20;

    private final Stage head;
    private final ForwardPass pass;
    private final ModelConfig config;
    private double loss;
    private long correct;

    /** Prepares the loss of a head in a pass. */
    HeadLoss(Stage head, ForwardPass pass, ModelConfig config) {
        this.head = head;
        this.pass = pass;
        this.config = config;
    }

    /** Returns how many rows go through the head at once. */
    static int chunkRows(ModelConfig config) {
        return (int) Math.max(1, CHUNK_BYTES / (4L * config.outputs()));
    }

    /**
     * Computes the loss, in training also backward.
     *
     * @param body the pass up to the head, whose output is (B, T, D)
     * @param labels one per sample or per token, row by row
     */
    TransformerHalf.Score score(Recorded body, int... labels) {
        Tensor hidden = body.output();
        Check.require(
                labels.length == (config.labelsTokens() ? hidden.size(0) * hidden.size(1) : hidden.size(0)),
                "There are %s labels for an input that gives %s.",
                labels.length,
                hidden);
        int[] counted = IntStream.range(0, labels.length)
                .filter(i -> labels[i] != ModelConfig.NO_LABEL)
                .toArray();
        if (counted.length == 0) {
            return new TransformerHalf.Score(0, 0, 0);
        }
        int[] targets = Arrays.stream(counted).map(i -> labels[i]).toArray();
        if (!config.labelsTokens()) {
            samples(body, targets);
        } else {
            tokens(body, counted, targets);
        }
        return new TransformerHalf.Score(loss, correct, targets.length);
    }

    /** Every sample goes through the head whole. */
    private void samples(Recorded body, int... targets) {
        group(body.output(), body.hasGradients(), targets).ifPresent(body::backward);
    }

    private void tokens(Recorded body, int[] counted, int... targets) {
        Tensor hidden = body.output();
        Tensor positions = Tensors.ofInts(counted);
        Tensor flat = hidden.detach().reshape(-1, config.width());
        Tensor rows = Ops.indexSelect(flat, 0, positions); // (N, D)
        int size = chunkRows(config);
        List<Tensor> gradients = new ArrayList<>();
        for (int start = 0; start < targets.length; start += size) {
            int count = Math.min(size, targets.length - start);
            int[] some = Arrays.copyOfRange(targets, start, start + count);
            group(rows.narrow(0, start, count), body.hasGradients(), some).ifPresent(gradients::add);
        }
        if (!gradients.isEmpty()) {
            Tensor outer = Tensors.zerosLike(flat);
            Ops.copyRowsInPlace(outer, positions, Tensors.cat(gradients, 0));
            body.backward(outer.reshape(hidden.shape()));
        }
    }

    /** Adds one group's loss and returns its gradient with respect to {@code x}, if that is wanted. */
    @SuppressWarnings("try")
    private Optional<Tensor> group(Tensor x, boolean wanted, int... targets) {
        try (TensorScope scope = TensorScope.open("head");
                Autograd.Guard guard = pass.training() ? Autograd.withGrad() : Autograd.noGrad()) {
            Tensor leaf = x.detach().requiresGrad(wanted && pass.training());
            Tensor labels = Tensors.ofInts(targets);
            Tensor logits = head.forward(leaf.to(pass.dtype()), pass).to(DType.FP32);
            Tensor summed = Ops.crossEntropy(logits, labels, Ops.Reduction.SUM);
            loss += summed.item();
            correct += Ops.countCorrect(logits.detach(), labels);
            if (!summed.requiresGrad()) {
                return Optional.empty();
            }
            Autograd.backward(summed);
            Optional<Tensor> gradient = leaf.requiresGrad() ? leaf.grad() : Optional.empty();
            gradient.ifPresent(scope::moveToParent);
            return gradient;
        }
    }
}
