package io.splittune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.splittune.core.RandomStreams;
import io.splittune.tensor.Autograd;
import io.splittune.tensor.DType;
import io.splittune.tensor.Ops;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.Tensors;
import io.splittune.tensor.Torch;
import io.splittune.tensor.testing.LeakChecked;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A LLaMA cut anywhere, its loss in groups of rows, its passes that recompute: all equal to the plain computation. */
@LeakChecked
class LlamaTest {
    private static final LoraConfig LORA = TinyLlama.lora(0.25, true);
    private static final ForwardMode MODE = ForwardMode.train(11);
    private int threads;

    /** What a step gives. */
    private record Step(TransformerHalf.Score score, Map<String, FloatArray> gradients) {}

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
        "llama3, 0, FP32, false",
        "llama3, 1, FP32, false",
        "llama3, 2, FP32, true",
        "qwen2, 1, BF16, false",
        "qwen2, 1, BF16, true",
        "classifier, 1, FP32, true"
    })
    void splitAtEveryCutEqualsUnsplit(String variant, int cut, Precision precision, boolean recomputes) {
        assertThat(split(variant, cut, precision, recomputes ? MODE.recomputing() : MODE))
                .isEqualTo(unsplit(variant, precision, MODE));
    }

    @ParameterizedTest
    @CsvSource({"llama3, FP32", "biases, FP32", "qwen2, BF16"})
    void recomputedGradientsEqualThoseThatWereKept(String variant, Precision precision) {
        assertThat(unsplit(variant, precision, MODE.recomputing())).isEqualTo(unsplit(variant, precision, MODE));
    }

    @Test
    void recomputedGradientsOfAVisionTransformerEqualThoseThatWereKept() {
        LoraConfig lora = new LoraConfig(2, 6, 0.25, TinyModel.EVERYWHERE.targets(), true);
        HalfRange whole = HalfRange.whole(TinyModel.DEPTH);
        try (TransformerHalf model = TinyModel.part(whole, Precision.FP32);
                AdapterSet kept = AdapterSet.of(lora, TinyModel.adapters(lora, whole));
                AdapterSet again = AdapterSet.of(lora, TinyModel.adapters(lora, whole))) {
            recordedStep(model, kept, MODE);
            recordedStep(model, again, MODE.recomputing());
            assertThat(TinyModel.gradients(again)).isEqualTo(TinyModel.gradients(kept));
        }
    }

    private static void recordedStep(TransformerHalf model, AdapterSet set, ForwardMode mode) {
        TensorScope.within("step", () -> {
            Recorded recorded = model.record(TinyModel.pixels(), set, mode);
            assertThat(recorded.hasGradients()).isTrue();
            recorded.backward(Tensors.normal(3, recorded.output().shape()));
            return recorded;
        });
    }

    @Test
    void aPartWithNothingToTrainHasNoGradients() {
        LoraConfig head = new LoraConfig(2, 6, 0, Set.of(), true);
        try (TransformerHalf device = TinyLlama.load("llama3", HalfRange.device(1), Precision.FP32);
                AdapterSet none = AdapterSet.create(device, head, TinyModel.STREAMS);
                TensorScope scope = TensorScope.open("step")) {
            for (ForwardMode mode : List.of(MODE, MODE.recomputing())) {
                Recorded recorded = device.record(TinyLlama.tokens("llama3"), none, mode);
                assertThat(recorded.hasGradients()).isFalse();
                recorded.backward(Tensors.normal(3, 2, 12, 16));
            }
            assertThat(scope.liveBytes()).isPositive();
        }
    }

    @Test
    void aPlainForwardPassRefusesToRecompute() {
        try (TransformerHalf whole = TinyLlama.load("llama3", TinyLlama.WHOLE, Precision.FP32);
                FullParameters all = FullParameters.of(whole);
                TensorScope scope = TensorScope.open("step")) {
            assertThatThrownBy(() -> whole.forward(TinyLlama.tokens("llama3"), all, MODE.recomputing()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("record()");
            assertThatThrownBy(() -> whole.record(TinyLlama.tokens("llama3"), all, ForwardMode.eval()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(scope.liveTensors()).isPositive();
        }
    }

    @Test
    void aLossInGroupsOfRowsEqualsThePlainOne() {
        // 2.1 million words: a group of rows has 8 tokens, and 20 labels make three.
        LlamaConfig config = new LlamaConfig(
                1 << 21,
                16,
                4,
                1,
                2,
                1,
                2,
                4,
                1e-5,
                Rope.of(100),
                false,
                false,
                false,
                true,
                0,
                List.of(),
                -1,
                List.of());
        assertThat(HeadLoss.chunkRows(config)).isEqualTo(8);
        int[] labels = new int[24];
        Arrays.setAll(labels, i -> i % 6 == 5 ? ModelConfig.NO_LABEL : 31 * i);
        LoraConfig lora = TinyLlama.LORA;
        HalfRange range = HalfRange.server(0, 1);
        try (TransformerHalf server = TransformerHalf.random(config, range, Precision.FP32, TinyModel.STREAMS);
                AdapterSet chunked = AdapterSet.of(lora, TinyLlama.adapters(lora, config, range));
                AdapterSet plain = AdapterSet.of(lora, TinyLlama.adapters(lora, config, range));
                TensorScope scope = TensorScope.open("loss")) {
            Tensor x = Tensors.normal(1, 2, 12, 4).requiresGrad(true);
            Tensor y = Tensors.normal(1, 2, 12, 4).requiresGrad(true);
            TransformerHalf.Score score = server.score(x, labels, chunked, ForwardMode.train(0));
            assertThat(scope.peakBytes()).isLessThan(4L * (64 << 20));
            Tensor loss = Ops.crossEntropy(
                    server.forward(y, plain, ForwardMode.train(0)).reshape(24, -1),
                    Tensors.ofInts(labels),
                    Ops.Reduction.SUM);
            Autograd.backward(loss);
            assertThat(score.loss()).isCloseTo(loss.item(), within(1e-5 * loss.item()));
            assertThat(score.targets()).isEqualTo(20);
            TinyLlama.assertNear(
                    TinyModel.values(x.grad().orElseThrow()),
                    TinyModel.values(y.grad().orElseThrow()),
                    1e-5);
            TinyLlama.assertAllNear(TinyModel.gradients(chunked), TinyModel.gradients(plain), 1e-5);
        }
    }

    @Test
    void textsOfAnyLengthUpToTheLimitAreTaken() {
        try (TransformerHalf whole = TinyLlama.load("llama3", TinyLlama.WHOLE, Precision.FP32);
                TensorScope scope = TensorScope.open("lengths")) {
            Tensor twelve = whole.forward(TinyLlama.tokens("llama3"));
            for (int tokens : new int[] {1, 5}) {
                Tensor some = whole.forward(TinyLlama.tokens("llama3").narrow(1, 0, tokens));
                TinyLlama.assertNear(TinyModel.values(some), TinyModel.values(twelve.narrow(1, 0, tokens)), 1e-5);
            }
            assertThatThrownBy(() -> whole.forward(Tensors.zeros(DType.INT64, 1, 65)))
                    .hasMessageContaining("65 tokens")
                    .hasMessageContaining("1 to 64");
            assertThatThrownBy(() -> whole.forward(Tensors.zeros(DType.INT64, 1, 0)))
                    .hasMessageContaining("1 to 64");
            assertThatThrownBy(() -> whole.forward(Tensors.zeros(DType.FP32, 1, 4)))
                    .hasMessageContaining("int64");
            assertThat(scope.liveTensors()).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aCachedStepGivesTheLogitsOfTheWholeText(int cut) {
        try (TransformerHalf whole = TinyLlama.load("llama3", TinyLlama.WHOLE, Precision.FP32);
                TransformerHalf first = whole.part(HalfRange.device(cut));
                TransformerHalf second = whole.part(HalfRange.server(cut, TinyLlama.DEPTH));
                TensorScope scope = TensorScope.open("generation")) {
            LlamaConfig config = (LlamaConfig) whole.config();
            Tensor text = TinyLlama.tokens("llama3").narrow(0, 0, 1);
            Tensor all = whole.forward(text);
            KeyValueCache one = new KeyValueCache(config, first.range(), DType.FP32, 12);
            KeyValueCache two = new KeyValueCache(config, second.range(), DType.FP32, 12);
            for (int end = 5; end <= 12; end++) {
                Tensor next = end == 5 ? text.narrow(1, 0, 5) : text.narrow(1, end - 1, 1);
                Tensor logits = second.extend(first.extend(next, Optional.empty(), one), Optional.empty(), two);
                TinyLlama.assertNear(TinyModel.values(logits), TinyModel.values(all.narrow(1, end - 1, 1)), 1e-5);
            }
            assertThatThrownBy(() -> first.part(HalfRange.device(cut)).extend(text, Optional.empty(), one))
                    .hasMessageContaining("one at a time");
            assertThat(scope.liveTensors()).isPositive();
        }
    }

    @Test
    void aTrainedHeadOfATiedModelStartsFromTheEmbedding() {
        LoraConfig lora = TinyLlama.lora(0, true);
        try (TransformerHalf server = TinyLlama.load("llama3", HalfRange.server(1, 2), Precision.FP32)) {
            AdapterState start = AdapterSet.initialState(server, lora, TinyModel.STREAMS);
            assertThat(start.get("lm_head.weight")).isEqualTo(server.weights().get(LlamaConfig.EMBEDDING));
            Map<String, FloatArray> zeroed = new LinkedHashMap<>(start.tensors());
            zeroed.put("lm_head.weight", FloatArray.zeros(40, 16));
            try (AdapterSet set = AdapterSet.of(lora, new AdapterState(zeroed));
                    TensorScope scope = TensorScope.open("head")) {
                Tensor logits = server.forward(Tensors.normal(1, 1, 3, 16), set, ForwardMode.eval());
                assertThat(logits.toFloats()).containsOnly(0);
                assertThat(scope.liveTensors()).isPositive();
            }
        }
    }

    @Test
    void randomHalvesMakeTheSameModelAsTheWhole() {
        LlamaConfig config = (LlamaConfig) TinyLlama.config("qwen2");
        try (TransformerHalf whole =
                        TransformerHalf.random(config, TinyLlama.WHOLE, Precision.FP32, new RandomStreams(5));
                TransformerHalf server =
                        TransformerHalf.random(config, HalfRange.server(1, 2), Precision.FP32, new RandomStreams(5))) {
            assertThat(whole.weights().tensors())
                    .containsAllEntriesOf(server.weights().tensors());
            assertThat(whole.weights().get("model.norm.weight").toArray()).containsOnly(1);
            assertThat(whole.weights()
                            .get("model.layers.1.self_attn.q_proj.bias")
                            .toArray())
                    .containsOnly(0);
        }
    }

    private static Step unsplit(String variant, Precision precision, ForwardMode mode) {
        try (TransformerHalf whole = TinyLlama.load(variant, TinyLlama.WHOLE, precision);
                AdapterSet set = AdapterSet.of(LORA, TinyLlama.adapters(LORA, whole.config(), TinyLlama.WHOLE))) {
            TransformerHalf.Score score = TensorScope.within(
                    "step", () -> whole.score(TinyLlama.tokens(variant), TinyLlama.labels(variant), set, mode));
            return new Step(score, TinyModel.gradients(set));
        }
    }

    private static Step split(String variant, int cut, Precision precision, ForwardMode mode) {
        HalfRange first = HalfRange.device(cut);
        HalfRange second = HalfRange.server(cut, TinyLlama.DEPTH);
        try (TransformerHalf device = TinyLlama.load(variant, first, precision);
                TransformerHalf server = TinyLlama.load(variant, second, precision);
                AdapterSet deviceSet = AdapterSet.of(LORA, TinyLlama.adapters(LORA, device.config(), first));
                AdapterSet serverSet = AdapterSet.of(LORA, TinyLlama.adapters(LORA, device.config(), second));
                TensorScope scope = TensorScope.open("split step")) {
            Recorded sent = device.record(TinyLlama.tokens(variant), deviceSet, mode);
            Tensor received =
                    Tensors.of(sent.output().toFloats(), sent.output().shape()).requiresGrad(true);
            TransformerHalf.Score score = server.score(received, TinyLlama.labels(variant), serverSet, mode);
            Tensor gradient = received.grad().orElseThrow();
            sent.backward(Tensors.of(gradient.toFloats(), gradient.shape()));
            received.clearGrad();
            Map<String, FloatArray> gradients = new LinkedHashMap<>(TinyModel.gradients(deviceSet));
            gradients.putAll(TinyModel.gradients(serverSet));
            assertThat(scope.liveTensors()).isPositive();
            return new Step(score, gradients);
        }
    }
}
