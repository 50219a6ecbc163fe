package io.splittune.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.splittune.tensor.Autograd;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.Tensors;
import io.splittune.tensor.Torch;
import io.splittune.tensor.testing.LeakChecked;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A model split anywhere, with nothing lost at the cut, computes what the whole model computes: bit for bit. */
@LeakChecked
class SplitInvariantTest {
    private static final LoraConfig LORA =
            new LoraConfig(2, 6, 0.25, TinyModel.EVERYWHERE.targets(), TinyModel.EVERYWHERE.trainHead());
    private static final ForwardMode MODE = ForwardMode.train(11);
    private int threads;

    @BeforeEach
    void useOneThread() {
        threads = Torch.intraOpThreads();
        Torch.setIntraOpThreads(1);
    }

    @AfterEach
    void restoreThreads() {
        Torch.setIntraOpThreads(threads);
    }

    @ParameterizedTest
    @CsvSource({
        "0, FP32", "1, FP32", "2, FP32", "3, FP32", "4, FP32", "0, BF16", "1, BF16", "2, BF16", "3, BF16", "4, BF16"
    })
    void splitAtEveryCutEqualsUnsplit(int cut, Precision precision) {
        assertThat(split(cut, precision)).isEqualTo(unsplit(precision));
    }

    @ParameterizedTest
    @CsvSource({"1, FP32", "2, BF16"})
    void partsOfOneHalfEqualHalvesLoadedAlone(int cut, Precision precision) {
        HalfRange range = HalfRange.server(cut, TinyModel.DEPTH);
        FloatArray hidden = TinyModel.random("hidden", 0, 1, 2, TinyModel.CONFIG.tokens(), 16);
        try (TransformerHalf whole = TinyModel.part(HalfRange.whole(TinyModel.DEPTH), precision);
                TransformerHalf part = whole.part(range);
                TransformerHalf alone = TinyModel.part(range, precision)) {
            assertThat(logits(part, hidden)).isEqualTo(logits(alone, hidden));
        }
    }

    private static FloatArray logits(TransformerHalf half, FloatArray hidden) {
        return TensorScope.within("logits", () -> TinyModel.values(half.forward(TinyModel.tensor(hidden))));
    }

    private static TinyModel.Step unsplit(Precision precision) {
        HalfRange range = HalfRange.whole(TinyModel.DEPTH);
        try (TransformerHalf whole = TinyModel.part(range, precision);
                AdapterSet set = AdapterSet.of(LORA, TinyModel.adapters(LORA, range))) {
            return TinyModel.step(whole, set, MODE);
        }
    }

    private static TinyModel.Step split(int cut, Precision precision) {
        HalfRange first = HalfRange.device(cut);
        HalfRange second = HalfRange.server(cut, TinyModel.DEPTH);
        try (TransformerHalf device = TinyModel.part(first, precision);
                TransformerHalf server = TinyModel.part(second, precision);
                AdapterSet deviceSet = AdapterSet.of(LORA, TinyModel.adapters(LORA, first));
                AdapterSet serverSet = AdapterSet.of(LORA, TinyModel.adapters(LORA, second));
                TensorScope scope = TensorScope.open("split step")) {
            assertThat(scope.liveTensors()).isZero();
            Tensor sent = device.forward(TinyModel.pixels(), deviceSet, MODE);
            Tensor received = Tensors.of(sent.toFloats(), sent.shape()).requiresGrad(true);
            Tensor logits = server.forward(received, serverSet, MODE);
            Tensor loss = TinyModel.loss(logits);
            Autograd.backward(loss);
            Tensor gradient = received.grad().orElseThrow();
            Autograd.backward(sent, Tensors.of(gradient.toFloats(), gradient.shape()));
            Map<String, FloatArray> gradients = new LinkedHashMap<>(TinyModel.gradients(deviceSet));
            gradients.putAll(TinyModel.gradients(serverSet));
            return new TinyModel.Step(loss.item(), TinyModel.values(logits), gradients);
        }
    }
}
