package io.splittune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.Tensors;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.StreamSupport;

/** The tiny models that {@code tools/golden/llama.py} made: 2 blocks, 16 features, 40 words, 2 texts of 12 tokens. */
final class TinyLlama {
    static final int DEPTH = 2;
    static final HalfRange WHOLE = HalfRange.whole(DEPTH);
    static final LoraConfig LORA = lora(0, false);

    private TinyLlama() {}

    /** Adapters on all seven maps of a block. */
    static LoraConfig lora(double dropout, boolean trainHead) {
        return new LoraConfig(2, 6, dropout, EnumSet.range(LoraTarget.Q_PROJ, LoraTarget.DOWN_PROJ), trainHead);
    }

    static Path path(String variant) {
        return Path.of("src/test/resources/golden-llama", variant);
    }

    static TransformerHalf load(String variant, HalfRange range, Precision precision) {
        try (Checkpoint checkpoint = Checkpoint.open(path(variant))) {
            return TransformerHalf.load(checkpoint, checkpoint.config(), range, precision);
        }
    }

    static ModelConfig config(String variant) {
        try (Checkpoint checkpoint = Checkpoint.open(path(variant))) {
            return checkpoint.config();
        }
    }

    static Map<String, FloatArray> tensors(String variant, String name) {
        return GoldenFiles.tensors(path(variant).resolve(name + ".safetensors"));
    }

    static JsonNode record(String variant) {
        return JsonFiles.read(path("losses.json")).path(variant);
    }

    /** (2, 12) */
    static Tensor tokens(String variant) {
        return Tensors.ofInts(numbers(variant, "tokens")).reshape(2, 12);
    }

    static int[] labels(String variant) {
        return numbers(variant, "labels");
    }

    private static int[] numbers(String variant, String key) {
        return StreamSupport.stream(record(variant).path(key).spliterator(), false)
                .mapToInt(JsonNode::intValue)
                .toArray();
    }

    /** Adapters whose B is not zero. */
    static AdapterState adapters(LoraConfig lora, ModelConfig config, HalfRange range) {
        Map<String, FloatArray> values = new LinkedHashMap<>();
        lora.tensorShapes(config, range)
                .forEach((name, shape) -> values.put(name, TinyModel.random(name, 0, 0.2, shape)));
        return new AdapterState(values);
    }

    static void assertAllNear(Map<String, FloatArray> actual, Map<String, FloatArray> expected, double tolerance) {
        assertThat(actual.keySet()).containsExactlyInAnyOrderElementsOf(expected.keySet());
        expected.forEach((name, value) -> assertNear(actual.get(name), value, tolerance));
    }

    static void assertNear(FloatArray actual, FloatArray expected, double tolerance) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        for (int i = 0; i < expected.size(); i++) {
            double allowed = tolerance * (1 + Math.abs(expected.get(i)));
            assertThat((double) actual.get(i)).as("element %s", i).isCloseTo(expected.get(i), within(allowed));
        }
    }
}
