package io.splittune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.splittune.core.UserException;
import io.splittune.tensor.Autograd;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.testing.LeakChecked;
import java.util.EnumSet;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The rules against PyTorch's documented ones in double precision, on gradients that are chosen. */
@LeakChecked
class OptimizerTest {
    private static final LoraConfig HEAD_ONLY = new LoraConfig(1, 1, 0, EnumSet.noneOf(LoraTarget.class), true);
    private static final HalfRange HEAD = HalfRange.server(TinyModel.DEPTH, TinyModel.DEPTH);
    private static final double RATE = 0.1;

    @Test
    void sgdWithMomentumAndDecayFollowsPyTorchsRule() {
        try (AdapterSet set = AdapterSet.of(HEAD_ONLY, TinyModel.adapters(HEAD_ONLY, HEAD));
                Optimizer optimizer = Optimizer.sgd(set, 0.9, 0.01)) {
            double expected = set.snapshot().get("head.bias").get(2);
            double momentum = 0;
            for (int step = 1; step <= 3; step++) {
                double gradient = 0.3 * step;
                giveGradient(set, gradient);
                optimizer.step(RATE / step);
                momentum = 0.9 * momentum + gradient + 0.01 * expected;
                expected -= RATE / step * momentum;
                assertThat((double) set.snapshot().get("head.bias").get(2)).isCloseTo(expected, within(1e-6));
            }
        }
    }

    @Test
    void adamWFollowsPyTorchsRule() {
        try (AdapterSet set = AdapterSet.of(HEAD_ONLY, TinyModel.adapters(HEAD_ONLY, HEAD));
                Optimizer optimizer = Optimizer.adamW(set, 0.8, 0.95, 1e-3, 0.05)) {
            double expected = set.snapshot().get("head.bias").get(2);
            double mean = 0;
            double square = 0;
            for (int step = 1; step <= 3; step++) {
                double gradient = 0.3 * step;
                giveGradient(set, gradient);
                optimizer.step(RATE);
                expected *= 1 - RATE * 0.05;
                mean = 0.8 * mean + 0.2 * gradient;
                square = 0.95 * square + 0.05 * gradient * gradient;
                double root = Math.sqrt(square) / Math.sqrt(1 - Math.pow(0.95, step));
                expected -= RATE / (1 - Math.pow(0.8, step)) * mean / (root + 1e-3);
                assertThat((double) set.snapshot().get("head.bias").get(2)).isCloseTo(expected, within(1e-6));
            }
        }
    }

    @Test
    void restoredStateContinuesExactly() {
        AdapterState start = TinyModel.adapters(HEAD_ONLY, HEAD);
        try (AdapterSet straight = AdapterSet.of(HEAD_ONLY, start);
                Optimizer running = Optimizer.adamW(straight, 0.9, 0.999, 1e-8, 0.01)) {
            run(straight, running, 3);
            OptimizerState state = running.snapshot();
            AdapterState middle = straight.snapshot();
            run(straight, running, 2);
            try (AdapterSet resumed = AdapterSet.of(HEAD_ONLY, middle);
                    Optimizer restored = Optimizer.adamW(resumed, 0.9, 0.999, 1e-8, 0.01)) {
                restored.load(state);
                assertThat(restored.steps()).isEqualTo(3);
                run(resumed, restored, 2);
                assertThat(resumed.snapshot()).isEqualTo(straight.snapshot());
            }
        }
    }

    @Test
    void resetForgetsTheMomentum() {
        AdapterState start = TinyModel.adapters(HEAD_ONLY, HEAD);
        try (AdapterSet set = AdapterSet.of(HEAD_ONLY, start);
                Optimizer optimizer = Optimizer.sgd(set, 0.9, 0)) {
            run(set, optimizer, 1);
            AdapterState once = set.snapshot();
            run(set, optimizer, 1);
            assertThat(set.snapshot()).isNotEqualTo(once);
            optimizer.reset();
            set.load(start);
            run(set, optimizer, 1);
            assertThat(set.snapshot()).isEqualTo(once);
        }
    }

    @Test
    void stepWithoutBackwardIsRefused() {
        try (AdapterSet set = AdapterSet.of(HEAD_ONLY, TinyModel.adapters(HEAD_ONLY, HEAD));
                Optimizer optimizer = Optimizer.sgd(set, 0, 0)) {
            assertThatThrownBy(() -> optimizer.step(RATE))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("'head.weight' has no gradient");
            assertThat(optimizer.steps()).isZero();
        }
    }

    @Test
    void stateOfAnotherRuleIsRefused() {
        try (AdapterSet set = AdapterSet.of(HEAD_ONLY, TinyModel.adapters(HEAD_ONLY, HEAD));
                Optimizer optimizer = Optimizer.sgd(set, 0.9, 0)) {
            OptimizerState none = new OptimizerState(1, new AdapterState(Map.of()));
            assertThatThrownBy(() -> optimizer.load(none))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("head.weight.momentum_buffer");
        }
    }

    private static void run(AdapterSet set, Optimizer optimizer, int steps) {
        for (int i = 0; i < steps; i++) {
            giveGradient(set, 0.2 + i);
            optimizer.step(RATE);
        }
    }

    /** Leaves the same gradient in every element of every parameter: the loss is gradient times their sum. */
    private static void giveGradient(AdapterSet set, double gradient) {
        set.clearGradients();
        TensorScope.within("gradient", () -> {
            Tensor sum = set.parameters().stream()
                    .map(parameter -> parameter.value().sum())
                    .reduce(Tensor::add)
                    .orElseThrow();
            Autograd.backward(sum.mul(gradient));
            return sum.item();
        });
    }
}
