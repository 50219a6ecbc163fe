package io.splittune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.splittune.core.RandomStreams;
import io.splittune.tensor.DType;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.Tensors;
import io.splittune.tensor.testing.LeakChecked;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

@LeakChecked
class TransformerHalfTest {
    private static final HalfRange WHOLE = HalfRange.whole(TinyModel.DEPTH);

    @Test
    void freshAdaptersLeaveTheBaseModelUnchanged() {
        try (TransformerHalf whole = TinyModel.part(WHOLE, Precision.FP32);
                AdapterSet set = AdapterSet.create(whole, TinyModel.EVERYWHERE, TinyModel.STREAMS)) {
            assertThat(logits(whole, set)).isEqualTo(baseLogits(whole));
        }
    }

    @Test
    void mergedWeightsGiveTheLogitsOfBaseAndAdapter() {
        AdapterState adapters = TinyModel.adapters(TinyModel.EVERYWHERE, WHOLE);
        AdapterState merged = merge(TinyModel.weights(WHOLE), adapters, TinyModel.EVERYWHERE);
        try (TransformerHalf base = TinyModel.part(WHOLE, Precision.FP32);
                TransformerHalf whole = TransformerHalf.of(TinyModel.CONFIG, WHOLE, Precision.FP32, merged);
                AdapterSet set = AdapterSet.of(TinyModel.EVERYWHERE, adapters)) {
            float[] adapted = logits(base, set).toArray();
            // The adapter must matter, or equality would prove nothing.
            assertThat(maxDifference(adapted, baseLogits(base).toArray())).isGreaterThan(0.1);
            // fp32 sums of 16 to 48 products in another order: a few units of 6e-8 relative.
            assertThat(maxDifference(adapted, baseLogits(whole).toArray())).isLessThan(2e-5);
        }
    }

    private static AdapterState merge(AdapterState weights, AdapterState adapters, LoraConfig lora) {
        Map<String, FloatArray> merged = new LinkedHashMap<>(weights.tensors());
        merged.replaceAll((name, base) -> {
            String module = name.substring(0, Math.max(0, name.lastIndexOf('.')));
            FloatArray down = adapters.tensors().get(module + ".lora_A");
            FloatArray up = adapters.tensors().get(module + ".lora_B");
            boolean adapted = name.endsWith(".weight") && down != null && up != null;
            return adapted
                    ? MergedExport.merge(base, down, up, lora.scale())
                    : adapters.tensors().getOrDefault(name, base);
        });
        return new AdapterState(merged);
    }

    @Test
    void onlyAdaptersMove() {
        try (TransformerHalf whole = TinyModel.part(WHOLE, Precision.FP32);
                AdapterSet set = AdapterSet.of(TinyModel.EVERYWHERE, TinyModel.adapters(TinyModel.EVERYWHERE, WHOLE));
                Optimizer optimizer = Optimizer.sgd(set, 0.9, 0)) {
            AdapterState before = set.snapshot();
            TinyModel.step(whole, set, ForwardMode.train(0));
            optimizer.step(0.1);
            assertThat(whole.weights()).isEqualTo(TinyModel.weights(WHOLE));
            set.snapshot()
                    .tensors()
                    .forEach((name, values) -> assertThat(values).as(name).isNotEqualTo(before.get(name)));
        }
    }

    @Test
    void dropoutDependsOnItsSeedAlone() {
        LoraConfig lora = new LoraConfig(2, 4, 0.5, EnumSet.of(LoraTarget.QKV, LoraTarget.FC2), true);
        try (TransformerHalf whole = TinyModel.part(WHOLE, Precision.FP32);
                AdapterSet set = AdapterSet.of(lora, TinyModel.adapters(lora, WHOLE))) {
            FloatArray first = TinyModel.step(whole, set, ForwardMode.train(1)).logits();
            assertThat(TinyModel.step(whole, set, ForwardMode.train(2)).logits())
                    .isNotEqualTo(first);
            assertThat(TinyModel.step(whole, set, ForwardMode.train(1)).logits())
                    .isEqualTo(first);
            assertThat(logits(whole, set)).isNotEqualTo(first);
        }
    }

    @Test
    void nothingIsRecordedInFrontOfTheFirstAdapter() {
        LoraConfig lora = TinyModel.IN_BLOCKS;
        try (TransformerHalf embedding = TinyModel.part(HalfRange.device(0), Precision.FP32);
                TransformerHalf device = TinyModel.part(HalfRange.device(1), Precision.FP32);
                AdapterSet none = AdapterSet.of(lora, TinyModel.adapters(lora, HalfRange.device(0)));
                AdapterSet set = AdapterSet.of(lora, TinyModel.adapters(lora, HalfRange.device(1)));
                TensorScope scope = TensorScope.open("test")) {
            assertThat(scope.liveTensors()).isZero();
            assertThat(embedding
                            .forward(TinyModel.pixels(), none, ForwardMode.train(0))
                            .requiresGrad())
                    .isFalse();
            assertThat(device.forward(TinyModel.pixels(), set, ForwardMode.train(0))
                            .requiresGrad())
                    .isTrue();
            assertThat(device.forward(TinyModel.pixels(), set, ForwardMode.eval())
                            .requiresGrad())
                    .isFalse();
        }
    }

    @Test
    void bfloat16StaysNearTheReferenceAndCrossesTheCutWithoutLoss() {
        HalfRange device = HalfRange.device(2);
        try (TransformerHalf exact = TinyModel.part(device, Precision.FP32);
                TransformerHalf rounded = TinyModel.part(device, Precision.BF16);
                AdapterSet set =
                        AdapterSet.of(TinyModel.EVERYWHERE, TinyModel.adapters(TinyModel.EVERYWHERE, device))) {
            float[] reference = logits(exact, set).toArray();
            float[] hidden = logits(rounded, set).toArray();
            for (int i = 0; i < hidden.length; i++) {
                assertThat(Float.floatToRawIntBits(hidden[i]) & 0xFFFF).isZero();
                // bf16 keeps 8 bits; two blocks of values of size 1 to 5 lose a few units of 2^-8 each.
                assertThat(hidden[i]).isCloseTo(reference[i], within(0.25f));
            }
            assertThat(rounded.weightBytes() * 2).isEqualTo(exact.weightBytes());
        }
    }

    @Test
    void bfloat16GivesFloatGradientsNearTheReference() {
        try (TransformerHalf exact = TinyModel.part(WHOLE, Precision.FP32);
                TransformerHalf rounded = TinyModel.part(WHOLE, Precision.BF16);
                AdapterSet set = AdapterSet.of(TinyModel.EVERYWHERE, TinyModel.adapters(TinyModel.EVERYWHERE, WHOLE))) {
            TinyModel.Step reference = TinyModel.step(exact, set, ForwardMode.train(0));
            set.clearGradients();
            TinyModel.Step step = TinyModel.step(rounded, set, ForwardMode.train(0));
            assertThat(step.loss()).isCloseTo(reference.loss(), within(0.1));
            step.gradients()
                    .forEach((name, gradient) -> assertThat(
                                    cosine(gradient, reference.gradients().get(name)))
                            .as(name)
                            .isGreaterThan(0.98));
        }
    }

    @Test
    void threadsShareOneHalf() throws InterruptedException, ExecutionException {
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try (TransformerHalf whole = TinyModel.part(WHOLE, Precision.FP32)) {
            TinyModel.Step expected = stepWithOwnSet(whole);
            List<Future<Boolean>> same = List.of(
                    pool.submit(() -> equalSteps(whole, expected)), pool.submit(() -> equalSteps(whole, expected)));
            for (Future<Boolean> result : same) {
                assertThat(result.get()).isTrue();
            }
        } finally {
            pool.shutdown();
        }
    }

    private static boolean equalSteps(TransformerHalf whole, TinyModel.Step expected) {
        for (int i = 0; i < 20; i++) {
            if (Math.abs(stepWithOwnSet(whole).loss() - expected.loss()) > 1e-6) {
                return false;
            }
        }
        return true;
    }

    private static TinyModel.Step stepWithOwnSet(TransformerHalf whole) {
        try (AdapterSet set = AdapterSet.of(TinyModel.EVERYWHERE, TinyModel.adapters(TinyModel.EVERYWHERE, WHOLE))) {
            return TinyModel.step(whole, set, ForwardMode.train(0));
        }
    }

    @Test
    void randomHalvesMakeTheRandomWhole() {
        RandomStreams streams = new RandomStreams(3);
        HalfRange second = HalfRange.server(1, TinyModel.DEPTH);
        try (TransformerHalf whole = TransformerHalf.random(TinyModel.CONFIG, WHOLE, Precision.FP32, streams);
                TransformerHalf device =
                        TransformerHalf.random(TinyModel.CONFIG, HalfRange.device(1), Precision.FP32, streams);
                TransformerHalf server = TransformerHalf.random(TinyModel.CONFIG, second, Precision.FP32, streams)) {
            assertThat(device.weights().and(server.weights())).isEqualTo(whole.weights());
        }
    }

    @Test
    void inputOfAnotherShapeIsRefused() {
        try (TransformerHalf device = TinyModel.part(HalfRange.device(1), Precision.FP32);
                TensorScope scope = TensorScope.open("test")) {
            assertThat(scope.liveTensors()).isZero();
            Tensor small = Tensors.zeros(DType.FP32, 2, 3, 4, 4);
            assertThatThrownBy(() -> device.forward(small))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("input has shape [2, 3, 4, 4]")
                    .hasMessageContaining("[2, 3, 8, 8]");
        }
    }

    @Test
    void partOutsideOfAHalfIsRefused() {
        try (TransformerHalf device = TinyModel.part(HalfRange.device(2), Precision.FP32)) {
            assertThatThrownBy(() -> device.part(new HalfRange(1, 3, false, false)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is not within");
        }
    }

    private static FloatArray logits(TransformerHalf half, TrainableSet set) {
        return TensorScope.within(
                "logits", () -> TinyModel.values(half.forward(TinyModel.pixels(), set, ForwardMode.eval())));
    }

    private static FloatArray baseLogits(TransformerHalf half) {
        return TensorScope.within("logits", () -> TinyModel.values(half.forward(TinyModel.pixels())));
    }

    private static double maxDifference(float[] left, float[] right) {
        double largest = 0;
        for (int i = 0; i < left.length; i++) {
            largest = Math.max(largest, Math.abs(left[i] - right[i]));
        }
        return largest;
    }

    private static double cosine(FloatArray left, FloatArray right) {
        double product = 0;
        double leftSquare = 0;
        double rightSquare = 0;
        for (int i = 0; i < left.size(); i++) {
            product += (double) left.get(i) * right.get(i);
            leftSquare += (double) left.get(i) * left.get(i);
            rightSquare += (double) right.get(i) * right.get(i);
        }
        return product / Math.sqrt(leftSquare * rightSquare);
    }
}
