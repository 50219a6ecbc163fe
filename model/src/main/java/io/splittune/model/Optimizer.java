package io.splittune.model;

import io.splittune.core.Check;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Changes the parameters of a {@link TrainableSet} along their gradients; the update rules are those of
 * {@code torch.optim}. The learning rate is given at each step, so that its decay is the caller's.
 *
 * <p>Owns the native memory of its moments until closed. One thread at a time may use it.
 */
public final class Optimizer implements AutoCloseable {
    /** One way to change a parameter. */
    private interface UpdateRule {
        /** Returns the names of the running values that the rule keeps beside each parameter. */
        List<String> moments();

        /** Changes a parameter and its running values; {@code step} counts from 1. */
        void update(Tensor value, Tensor gradient, List<Tensor> moments, long step, double learningRate);
    }

    private record Sgd(double momentum, double weightDecay) implements UpdateRule {
        @Override
        public List<String> moments() {
            return momentum == 0 ? List.of() : List.of("momentum_buffer");
        }

        @Override
        public void update(Tensor value, Tensor gradient, List<Tensor> moments, long step, double learningRate) {
            Tensor direction = weightDecay == 0 ? gradient : gradient.copy().addInPlace(value, weightDecay);
            if (momentum != 0) {
                // The buffer starts at zero, so the first step leaves the gradient in it, as PyTorch's does.
                direction = moments.get(0).mulInPlace(momentum).addInPlace(direction, 1);
            }
            value.addInPlace(direction, -learningRate);
        }
    }

    private record AdamW(double beta1, double beta2, double epsilon, double weightDecay) implements UpdateRule {
        @Override
        public List<String> moments() {
            return List.of("exp_avg", "exp_avg_sq");
        }

        @Override
        public void update(Tensor value, Tensor gradient, List<Tensor> moments, long step, double learningRate) {
            value.mulInPlace(1 - learningRate * weightDecay);
            Tensor mean = moments.get(0).lerpInPlace(gradient, 1 - beta1);
            Tensor square = moments.get(1).mulInPlace(beta2).addProductInPlace(gradient, gradient, 1 - beta2);
            double meanCorrection = 1 - Math.pow(beta1, (double) step);
            double squareCorrection = Math.sqrt(1 - Math.pow(beta2, (double) step));
            Tensor denominator = square.sqrt().div(squareCorrection).add(epsilon);
            value.addQuotientInPlace(mean, denominator, -learningRate / meanCorrection);
        }
    }

    private record Slot(Parameter parameter, List<Tensor> moments) {}

    private final UpdateRule rule;
    private final TensorScope scope = TensorScope.detached("optimizer");
    private final List<Slot> slots = new ArrayList<>();
    private long steps;

    @SuppressWarnings("try")
    private Optimizer(UpdateRule rule, TrainableSet set) {
        this.rule = rule;
        try (TensorScope.Entry entry = scope.enter()) {
            for (Parameter parameter : set.parameters()) {
                List<Tensor> moments = rule.moments().stream()
                        .map(name -> Tensors.zerosLike(parameter.value()).named(parameter.name() + "." + name))
                        .toList();
                slots.add(new Slot(parameter, moments));
            }
        }
        scope.seal();
    }

    /**
     * Stochastic gradient descent as {@code torch.optim.SGD} without dampening:
     * {@code g = g + weightDecay p; m = momentum m + g; p = p - learningRate m}, with {@code m = g} at the first step.
     *
     * @param set what is changed; must outlive the optimiser
     * @param momentum in [0, 1)
     * @param weightDecay not negative
     */
    public static Optimizer sgd(TrainableSet set, double momentum, double weightDecay) {
        requireFraction(momentum, "momentum");
        Check.notNegative(weightDecay, "weightDecay");
        return new Optimizer(new Sgd(momentum, weightDecay), set);
    }

    /**
     * Adam with decoupled weight decay as {@code torch.optim.AdamW} without AMSGrad.
     *
     * @param set what is changed; must outlive the optimiser
     * @param beta1 decay of the mean gradient, in [0, 1); PyTorch's default is 0.9
     * @param beta2 decay of the mean squared gradient, in [0, 1); PyTorch's default is 0.999
     * @param epsilon added to the root of the mean square, positive; PyTorch's default is 1e-8
     * @param weightDecay share of a parameter that a step takes away, over the learning rate; not negative; PyTorch's
     *     default is 0.01
     */
    public static Optimizer adamW(TrainableSet set, double beta1, double beta2, double epsilon, double weightDecay) {
        requireFraction(beta1, "beta1");
        requireFraction(beta2, "beta2");
        Check.positive(epsilon, "epsilon");
        Check.notNegative(weightDecay, "weightDecay");
        return new Optimizer(new AdamW(beta1, beta2, epsilon, weightDecay), set);
    }

    private static void requireFraction(double value, String name) {
        Check.require(value >= 0 && value < 1, "%s (%s) must lie in [0, 1).", name, value);
    }

    /**
     * Changes every parameter once. Gradients stay; {@link TrainableSet#clearGradients} frees them.
     *
     * @param learningRate not negative
     * @throws IllegalStateException if a parameter has no gradient; nothing is changed then
     */
    @SuppressWarnings("try")
    public void step(double learningRate) {
        Check.notNegative(learningRate, "learningRate");
        try (TensorScope step = TensorScope.open("optimizer step")) {
            List<Tensor> gradients = new ArrayList<>();
            for (Slot slot : slots) {
                gradients.add(slot.parameter()
                        .value()
                        .grad()
                        .orElseThrow(() -> new IllegalStateException("Parameter '"
                                + slot.parameter().name() + "' has no gradient. Maybe step() ran before backward().")));
            }
            steps++;
            for (int i = 0; i < slots.size(); i++) {
                Slot slot = slots.get(i);
                rule.update(slot.parameter().value(), gradients.get(i), slot.moments(), steps, learningRate);
            }
        }
    }

    /** Returns how many steps were made since the start or the last {@link #reset}. */
    public long steps() {
        return steps;
    }

    /** Forgets all moments: the next step is as the first one. */
    public void reset() {
        steps = 0;
        slots.forEach(slot -> slot.moments().forEach(moment -> moment.fillInPlace(0)));
    }

    /** Returns a copy of the moments and the number of steps. */
    public OptimizerState snapshot() {
        Map<String, FloatArray> copy = new LinkedHashMap<>();
        for (Slot slot : slots) {
            slot.moments()
                    .forEach(moment -> copy.put(moment.name(), FloatArray.wrap(moment.toFloats(), moment.shape())));
        }
        return new OptimizerState(steps, new AdapterState(copy));
    }

    /**
     * Replaces the moments and the number of steps.
     *
     * @param state from {@link #snapshot} of an optimiser of the same kind over the same parameters
     * @throws io.splittune.core.UserException naming the first tensor that does not fit; nothing is changed then
     */
    public void load(OptimizerState state) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        slots.forEach(slot -> slot.moments().forEach(moment -> shapes.put(moment.name(), moment.shape())));
        state.moments().requireShapes(shapes, "optimiser state");
        slots.forEach(slot -> slot.moments()
                .forEach(moment ->
                        moment.copyInPlace(state.moments().get(moment.name()).toArray())));
        steps = state.steps();
    }

    /** Frees the moments. Closing again does nothing. */
    @Override
    public void close() {
        scope.close();
    }
}
