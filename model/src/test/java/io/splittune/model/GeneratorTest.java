package io.splittune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.core.RandomStreams;
import io.splittune.model.Generator.Part;
import io.splittune.model.Generator.Settings;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.Tensors;
import io.splittune.tensor.testing.LeakChecked;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@LeakChecked
class GeneratorTest {
    private static final RandomStreams STREAMS = new RandomStreams(3);
    private static final List<Integer> PROMPT = List.of(1, 17, 8);

    private static List<Integer> generate(String variant, int cut, Settings settings, RandomStreams streams) {
        try (TransformerHalf device = TinyLlama.load(variant, HalfRange.device(cut), Precision.FP32);
                TransformerHalf server =
                        TinyLlama.load(variant, HalfRange.server(cut, TinyLlama.DEPTH), Precision.FP32)) {
            Generator generator =
                    new Generator(List.of(new Part(device, Optional.empty()), new Part(server, Optional.empty())));
            List<Integer> heard = new ArrayList<>();
            assertThat(generator.generate(PROMPT, settings, streams, heard::add))
                    .isEqualTo(heard);
            return heard;
        }
    }

    /** Computes the whole text anew for each token. */
    private static List<Integer> slowly(TransformerHalf whole, TrainableSet set, int count) {
        List<Integer> text = new ArrayList<>(PROMPT);
        for (int i = 0; i < count; i++) {
            int[] numbers = text.stream().mapToInt(n -> n).toArray();
            float[] logits = TensorScope.within(
                    "slow",
                    () -> whole.forward(Tensors.ofInts(numbers).reshape(1, numbers.length), set, ForwardMode.eval())
                            .select(1, numbers.length - 1)
                            .toFloats());
            int best = 0;
            for (int word = 0; word < logits.length; word++) {
                best = logits[word] > logits[best] ? word : best;
            }
            text.add(best);
        }
        return text.subList(PROMPT.size(), text.size());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void greedyTextsAreThoseOfTheUncachedModelWithItsAdapters(int cut) {
        try (TransformerHalf whole = TinyLlama.load("qwen2", TinyLlama.WHOLE, Precision.FP32);
                TransformerHalf device = whole.part(HalfRange.device(cut));
                TransformerHalf server = whole.part(HalfRange.server(cut, 2));
                AdapterSet set = AdapterSet.of(
                        TinyLlama.LORA, TinyLlama.adapters(TinyLlama.LORA, whole.config(), TinyLlama.WHOLE))) {
            List<Integer> expected = slowly(whole, set, 20);
            Generator generator =
                    new Generator(List.of(new Part(device, Optional.of(set)), new Part(server, Optional.of(set))));
            assertThat(generator.generate(PROMPT, new Settings(20, 0, Set.of()), STREAMS, token -> {}))
                    .isEqualTo(expected);
            assertThat(expected).isNotEqualTo(generate("qwen2", cut, new Settings(20, 0, Set.of()), STREAMS));
        }
    }

    @Test
    void theModelsLimitAndStopTokensEndAText() {
        List<Integer> all = generate("llama3", 1, new Settings(1000, 0, Set.of()), STREAMS);
        assertThat(all).hasSize(64 - PROMPT.size());
        int stop = all.get(10);
        assertThat(generate("llama3", 1, new Settings(1000, 0, Set.of(stop)), STREAMS))
                .isEqualTo(all.subList(0, all.indexOf(stop)));
    }

    @Test
    void drawnTextsDependOnTheSeedAndSpreadWithTheTemperature() {
        Settings warm = new Settings(40, 1, Set.of());
        List<Integer> text = generate("llama3", 1, warm, STREAMS);
        assertThat(generate("llama3", 2, warm, STREAMS)).isEqualTo(text);
        assertThat(generate("llama3", 1, warm, new RandomStreams(4))).isNotEqualTo(text);
        assertThat(generate("llama3", 1, new Settings(40, 1e-4, Set.of()), STREAMS))
                .isEqualTo(generate("llama3", 1, new Settings(40, 0, Set.of()), STREAMS));
        assertThat(Set.copyOf(generate("llama3", 1, new Settings(60, 100, Set.of()), STREAMS)))
                .hasSizeGreaterThan(20);
    }

    @Test
    void partsThatMakeNoModelAndPromptsThatDoNotFitAreRefused() {
        try (TransformerHalf whole = TinyLlama.load("llama3", TinyLlama.WHOLE, Precision.FP32);
                TransformerHalf server = whole.part(HalfRange.server(1, 2))) {
            Part part = new Part(server, Optional.empty());
            assertThatThrownBy(() -> new Generator(List.of(part))).hasMessageContaining("does not follow");
            Generator generator = new Generator(List.of(new Part(whole, Optional.empty())));
            Settings settings = new Settings(1, 0, Set.of());
            assertThatThrownBy(() -> generator.generate(List.of(), settings, STREAMS, token -> {}))
                    .hasMessageContaining("0 tokens");
            assertThatThrownBy(() -> generator.generate(List.of(40), settings, STREAMS, token -> {}))
                    .hasMessageContaining("40 is no token of 40");
        }
    }
}
