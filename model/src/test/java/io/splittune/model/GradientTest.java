package io.splittune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.testing.LeakChecked;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Gradients against central differences of the loss. */
@LeakChecked
class GradientTest {
    private static final HalfRange WHOLE = HalfRange.whole(TinyModel.DEPTH);
    private static final float DELTA = 3e-3f;

    @Test
    void adapterGradientsEqualDifferencesOfTheLoss() {
        AdapterState start = TinyModel.adapters(TinyModel.EVERYWHERE, WHOLE);
        try (TransformerHalf whole = TinyModel.part(WHOLE, Precision.FP32);
                AdapterSet set = AdapterSet.of(TinyModel.EVERYWHERE, start)) {
            checkDifferences(whole, set, start);
        }
    }

    @Test
    void fullGradientsEqualDifferencesOfTheLoss() {
        try (TransformerHalf whole = TinyModel.part(WHOLE, Precision.FP32);
                FullParameters set = FullParameters.of(whole)) {
            checkDifferences(whole, set, set.snapshot());
        }
    }

    /** Moves every tensor along its own gradient's sign pattern, which no sign error or missing factor survives. */
    private static void checkDifferences(TransformerHalf whole, TrainableSet set, AdapterState start) {
        Map<String, FloatArray> gradients =
                TinyModel.step(whole, set, ForwardMode.train(0)).gradients();
        gradients.forEach((name, gradient) -> {
            float[] direction = unit(gradient);
            double expected = 0;
            for (int i = 0; i < direction.length; i++) {
                expected += (double) direction[i] * gradient.get(i);
            }
            double difference = lossAt(whole, set, start, name, direction, DELTA)
                    - lossAt(whole, set, start, name, direction, -DELTA);
            // The third derivative leaves DELTA^2 / 6 of its size, fp32 rounding of the loss 1e-7 / DELTA.
            assertThat(difference / (2 * DELTA)).as(name).isCloseTo(expected, within(3e-4 + 0.01 * expected));
        });
    }

    private static float[] unit(FloatArray gradient) {
        float[] direction = gradient.toArray();
        double square = 0;
        for (float value : direction) {
            square += (double) value * value;
        }
        for (int i = 0; i < direction.length; i++) {
            direction[i] /= (float) Math.sqrt(square);
        }
        return direction;
    }

    private static double lossAt(
            TransformerHalf whole,
            TrainableSet set,
            AdapterState start,
            String name,
            float[] direction,
            float distance) {
        float[] moved = start.get(name).toArray();
        for (int i = 0; i < moved.length; i++) {
            moved[i] += distance * direction[i];
        }
        Map<String, FloatArray> values = new LinkedHashMap<>(start.tensors());
        values.put(name, FloatArray.of(moved, start.get(name).shape()));
        set.load(new AdapterState(values));
        return TensorScope.within("loss", () -> {
            Tensor logits = whole.forward(TinyModel.pixels(), set, ForwardMode.eval());
            return TinyModel.loss(logits).item();
        });
    }
}
