package io.splittune.training;

import io.splittune.core.Check;
import io.splittune.model.AdapterState;
import io.splittune.model.HalfRange;
import io.splittune.model.Optimizer;
import io.splittune.model.OptimizerState;
import io.splittune.model.Parameter;
import io.splittune.model.TrainableSet;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What one device trains on one side of the cut, or of the whole model, and the optimiser of it. Owns native memory; used
 * by one thread at a time.
 */
final class TrainableState implements AutoCloseable {
    private final TrainableSet set;
    private final Optimizer optimizer;
    private final HalfRange range;
    private long pendingTargets;

    /**
     * Makes a fresh optimiser.
     *
     * @param set what is trained; taken over, closed with this
     * @param config of the optimiser
     * @param range the part that the set belongs to
     */
    TrainableState(TrainableSet set, OptimizerConfig config, HalfRange range) {
        this.set = set;
        this.range = range;
        optimizer = switch (config.kind()) {
            case SGD -> Optimizer.sgd(set, config.momentum(), config.weightDecay());
            case ADAMW -> Optimizer.adamW(set, 0.9, 0.999, 1e-8, config.weightDecay());
        };
    }

    TrainableSet set() {
        return set;
    }

    HalfRange range() {
        return range;
    }

    /** Replaces the values and forgets gradients of an unfinished batch. The optimiser's state stays. */
    void load(AdapterState state) {
        set.load(state);
        set.clearGradients();
        pendingTargets = 0;
    }

    /** As {@link #load(AdapterState)}, and replaces the optimiser's state where one is handed over. */
    void load(Handover start) {
        load(start.adapter());
        start.optimizer().ifPresent(this::loadOptimizer);
    }

    AdapterState snapshot() {
        return set.snapshot();
    }

    /** Returns the values, and the optimiser's state if the next one is to go on with it. */
    Handover handover(boolean withOptimizer) {
        return new Handover(snapshot(), withOptimizer ? Optional.of(optimizerSnapshot()) : Optional.empty());
    }

    OptimizerState optimizerSnapshot() {
        return optimizer.snapshot();
    }

    /** Goes on from an optimiser's state; one without steps is a fresh start. */
    void loadOptimizer(OptimizerState state) {
        if (state.steps() == 0) {
            optimizer.reset();
        } else {
            optimizer.load(state);
        }
    }

    /** Goes on from an optimiser's state if it is of these tensors: not after the cut has moved. */
    void resumeOptimizer(OptimizerState state) {
        Set<String> ours = set.parameters().stream().map(Parameter::name).collect(Collectors.toSet());
        Set<String> theirs = state.moments().tensors().keySet().stream()
                .map(Handover::parameterOf)
                .collect(Collectors.toSet());
        if (theirs.isEmpty() || theirs.equals(ours)) {
            loadOptimizer(state);
        }
    }

    /** Notes that a micro-batch's gradient of the summed loss was added, and how many labels that counted. */
    void accumulated(long targets) {
        pendingTargets += Check.positive(targets, "targets");
    }

    /** Returns the squared 2-norm of the batch's mean gradient. */
    double squaredGradientNorm() {
        double squared = 0;
        try (TensorScope scope = TensorScope.open("gradient norm")) {
            for (Parameter parameter : set.parameters()) {
                Optional<Tensor> gradient = parameter.value().grad();
                if (gradient.isPresent()) {
                    squared += gradient.get().mul(gradient.get()).sum().item();
                }
            }
        }
        return squared / ((double) pendingTargets * pendingTargets);
    }

    /**
     * Divides the summed gradient by the batch's targets, updates, and forgets the gradient.
     *
     * @param clipFactor on the mean gradient, in (0, 1]
     */
    void step(double learningRate, double clipFactor) {
        Check.require(pendingTargets > 0, "A step needs at least one micro-batch.");
        double factor = clipFactor / pendingTargets;
        try (TensorScope scope = TensorScope.open("mean gradient")) {
            for (Parameter parameter : set.parameters()) {
                parameter.value().grad().ifPresent(gradient -> gradient.mulInPlace(factor));
            }
        }
        optimizer.step(learningRate);
        set.clearGradients();
        pendingTargets = 0;
    }

    @Override
    public void close() {
        optimizer.close();
        set.close();
    }
}
