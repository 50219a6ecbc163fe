package io.splittune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.splittune.core.RandomStreams;
import io.splittune.core.UserException;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.testing.LeakChecked;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@LeakChecked
class AdapterSetTest {
    private static final HalfRange WHOLE = HalfRange.whole(TinyModel.DEPTH);

    @Test
    void initialValuesDoNotDependOnTheCut() {
        try (AdapterSet whole = create(WHOLE)) {
            for (int cut = 0; cut <= TinyModel.DEPTH; cut++) {
                try (AdapterSet device = create(HalfRange.device(cut));
                        AdapterSet server = create(HalfRange.server(cut, TinyModel.DEPTH))) {
                    AdapterState joined = device.snapshot().and(server.snapshot());
                    assertThat(joined).isEqualTo(whole.snapshot());
                    assertThat(joined.tensors().keySet())
                            .containsExactlyElementsOf(
                                    whole.snapshot().tensors().keySet());
                }
            }
        }
    }

    @Test
    void tensorsOfEqualShapeDiffer() {
        try (AdapterSet whole = create(WHOLE)) {
            AdapterState state = whole.snapshot();
            assertThat(state.get("blocks.0.attn.qkv.lora_A")).isNotEqualTo(state.get("blocks.1.attn.qkv.lora_A"));
        }
    }

    @Test
    void downProjectionsAreNormalWithDeviationOneOverRankAndUpProjectionsZero() {
        ModelConfig wide = new VitConfig(
                8, 4, 3, 512, 1, 2, 32, 5, 1e-6, true, List.of(0., 0., 0.), List.of(1., 1., 1.), List.of());
        LoraConfig lora = new LoraConfig(8, 8, 0, EnumSet.of(LoraTarget.QKV), false);
        try (AdapterSet set = AdapterSet.create(wide, lora, HalfRange.whole(1), new RandomStreams(1))) {
            FloatArray down = set.snapshot().get("blocks.0.attn.qkv.lora_A");
            double square = 0;
            double sum = 0;
            for (float value : down.toArray()) {
                sum += value;
                square += (double) value * value;
            }
            // 4096 draws: the deviation's standard error is 1.1 %, the mean's 0.002.
            assertThat(Math.sqrt(square / down.size())).isCloseTo(1 / 8.0, within(0.005));
            assertThat(sum / down.size()).isCloseTo(0, within(0.008));
            assertThat(set.snapshot().get("blocks.0.attn.qkv.lora_B")).isEqualTo(FloatArray.zeros(1536, 8));
        }
    }

    @Test
    void trainedHeadStartsFromTheBaseOrFreshForOtherClasses() {
        ModelConfig nine = TinyModel.CONFIG.withClasses(9, List.of());
        try (TransformerHalf base = TinyModel.part(WHOLE, Precision.FP32);
                AdapterSet set = AdapterSet.create(base, TinyModel.EVERYWHERE, TinyModel.STREAMS);
                AdapterSet other = AdapterSet.create(nine, TinyModel.EVERYWHERE, WHOLE, TinyModel.STREAMS)) {
            FloatArray head = TinyModel.weights(WHOLE).get("head.weight");
            assertThat(set.snapshot().get("head.weight")).isEqualTo(head);
            assertThat(other.snapshot().get("head.weight").shape()).containsExactly(9, 16);
            assertThat(other.snapshot().get("head.bias")).isEqualTo(FloatArray.zeros(9));
        }
    }

    @Test
    void snapshotAndLoadAreExact() {
        AdapterState values = TinyModel.adapters(TinyModel.EVERYWHERE, WHOLE);
        try (AdapterSet set = create(WHOLE)) {
            assertThat(set.snapshot()).isNotEqualTo(values);
            set.load(values);
            assertThat(set.snapshot()).isEqualTo(values);
        }
    }

    @Test
    void stateThatDoesNotFitIsRefusedAndChangesNothing() {
        try (AdapterSet set = create(WHOLE)) {
            AdapterState before = set.snapshot();
            Map<String, FloatArray> wrong = new LinkedHashMap<>(
                    TinyModel.adapters(TinyModel.EVERYWHERE, WHOLE).tensors());
            wrong.put("head.bias", FloatArray.zeros(6));
            assertThatThrownBy(() -> set.load(new AdapterState(wrong)))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("head.bias has shape [6], the model needs [5]");
            assertThat(set.snapshot()).isEqualTo(before);
        }
    }

    @Test
    void adaptedHeadKeepsItsFrozenWeights() {
        LoraConfig lora = new LoraConfig(2, 2, 0, EnumSet.of(LoraTarget.HEAD), false);
        try (TransformerHalf base = TinyModel.part(WHOLE, Precision.FP32);
                AdapterSet set = AdapterSet.of(lora, TinyModel.adapters(lora, WHOLE))) {
            assertThat(set.parameters()).extracting(Parameter::name).containsExactly("head.lora_A", "head.lora_B");
            TensorScope.within("test", () -> {
                FloatArray adapted = TinyModel.values(base.forward(TinyModel.pixels(), set, ForwardMode.eval()));
                assertThat(adapted).isNotEqualTo(TinyModel.values(base.forward(TinyModel.pixels())));
                return adapted;
            });
        }
    }

    private static AdapterSet create(HalfRange range) {
        return AdapterSet.create(TinyModel.CONFIG, TinyModel.EVERYWHERE, range, TinyModel.STREAMS);
    }
}
