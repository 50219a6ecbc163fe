package io.splittune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.splittune.tensor.TensorScope;
import io.splittune.tensor.testing.LeakChecked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against what transformers, peft and torch.optim computed; see {@code tools/golden/llama.py}. */
@LeakChecked
class GoldenLlamaTest {
    private static final float FORWARD = 1e-4f;
    private static final float GRADIENT = 1e-4f;

    @ParameterizedTest
    @ValueSource(strings = {"llama2", "llama3", "linear", "biases", "wide-heads", "qwen2", "mistral", "classifier"})
    void logitsAndLossEqualThoseOfTransformers(String variant) {
        try (TransformerHalf whole = load(variant, Precision.FP32);
                FullParameters all = FullParameters.of(whole)) {
            FloatArray logits = logits(variant, whole);
            FloatArray expected = TinyLlama.tensors(variant, "golden-logits").get("logits");
            TinyLlama.assertNear(logits, expected, FORWARD);
            TransformerHalf.Score score = TensorScope.within(
                    "score",
                    () -> whole.score(TinyLlama.tokens(variant), TinyLlama.labels(variant), all, ForwardMode.eval()));
            double loss = TinyLlama.record(variant).path("loss").asDouble();
            assertThat(score.loss()).isCloseTo(loss, within(1e-5 * loss));
            assertThat(score.targets()).isEqualTo(2 * 12 - 5 - 3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama3", "qwen2", "biases"})
    void bfloat16StaysNearTheReference(String variant) {
        try (TransformerHalf whole = load(variant, Precision.BF16)) {
            FloatArray expected = TinyLlama.tensors(variant, "golden-logits").get("logits");
            FloatArray logits = logits(variant, whole);
            double error = 0;
            double size = 0;
            for (int i = 0; i < expected.size(); i++) {
                error += Math.pow(logits.get(i) - expected.get(i), 2);
                size += Math.pow(expected.get(i), 2);
            }
            // Eight bits of fraction, some ten roundings one after the other.
            assertThat(Math.sqrt(error / size)).isBetween(1e-4, 0.03);
        }
    }

    @ParameterizedTest
    @CsvSource({"llama3, false", "qwen2, false", "llama3, true", "qwen2, true"})
    void adapterGradientsAndAdamWStepsEqualThoseOfPeftAndTorch(String variant, boolean recomputes) {
        ForwardMode mode = recomputes ? ForwardMode.train(1).recomputing() : ForwardMode.train(1);
        try (TransformerHalf whole = load(variant, Precision.FP32);
                AdapterSet set =
                        AdapterSet.of(TinyLlama.LORA, new AdapterState(TinyLlama.tensors(variant, "lora-start")));
                Optimizer optimizer = Optimizer.adamW(set, 0.9, 0.999, 1e-8, 0.01)) {
            for (int step = 1; step <= 3; step++) {
                double loss = TensorScope.within(
                                "step",
                                () -> whole.score(TinyLlama.tokens(variant), TinyLlama.labels(variant), set, mode))
                        .loss();
                double expected =
                        TinyLlama.record(variant).path("adamw").path(step - 1).asDouble();
                assertThat(loss).isCloseTo(expected, within((step == 1 ? 1e-5 : 1e-3) * expected));
                if (step == 1) {
                    TinyLlama.assertAllNear(
                            TinyModel.gradients(set), TinyLlama.tensors(variant, "lora-gradients"), GRADIENT);
                }
                optimizer.step(0.01);
                set.clearGradients();
                TinyLlama.assertAllNear(
                        set.snapshot().tensors(),
                        TinyLlama.tensors(variant, "adamw-step" + step),
                        step == 1 ? 1e-4f : 2e-3f);
            }
        }
    }

    private static FloatArray logits(String variant, TransformerHalf whole) {
        return TensorScope.within("logits", () -> TinyModel.values(whole.forward(TinyLlama.tokens(variant))));
    }

    private static TransformerHalf load(String variant, Precision precision) {
        return TinyLlama.load(variant, TinyLlama.WHOLE, precision);
    }
}
