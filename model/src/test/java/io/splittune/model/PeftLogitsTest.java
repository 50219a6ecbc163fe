package io.splittune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.splittune.tensor.Tensor;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.Tensors;
import io.splittune.tensor.testing.LeakChecked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What adapters of peft compute here, and what is exported and written of them; see {@code tools/golden/peft_llama.py}. */
@LeakChecked
class PeftLogitsTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden-peft");

    /** Values of size 1 to 10 through 3 blocks, in fp32. */
    private static final float NEAR = 2e-5f;

    private static final HalfRange WHOLE = HalfRange.whole(3);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "plain, llama",
        "plain-bf16, llama",
        "patterns, llama",
        "layers, llama",
        "blocks, llama",
        "rslora, llama",
        "head, llama",
        "tied-head, llama-tied",
        "classes, llama",
        "vit-patterns, hf"
    })
    void anAdapterOfPeftHasPeftsLogitsHereAndMerged(String adapter, String base) throws IOException {
        FloatArray expected = expected(adapter + ".logits");
        try (Checkpoint checkpoint = Checkpoint.open(base(base))) {
            PeftAdapter.Loaded loaded = PeftAdapter.read(GOLDEN.resolve(adapter), checkpoint.config());
            try (TransformerHalf whole = TransformerHalf.load(checkpoint, loaded.config(), WHOLE, Precision.FP32);
                    AdapterSet set = AdapterSet.of(loaded.lora(), loaded.state())) {
                assertNear(logits(whole, set), expected);
            }
            PeftAdapter.write(folder, loaded.state(), loaded.lora(), loaded.config(), checkpoint);
            assertThat(PeftAdapter.read(folder, checkpoint.config())).isEqualTo(loaded);
            MergedExport.write(folder, checkpoint, loaded.config(), loaded.lora(), loaded.state(), 8000);
        }
        assertNear(baseLogits(folder), expected);
        assertThat(GoldenFiles.tensors(
                        folder.resolve("model-00002-of-" + String.format("%05d", shards()) + ".safetensors")))
                .isNotEmpty();
        float largest = 0;
        FloatArray without = baseLogits(base(base));
        for (int i = 0; i < Math.min(without.size(), expected.size()); i++) {
            largest = Math.max(largest, Math.abs(without.get(i) - expected.get(i)));
        }
        assertThat(largest)
                .as("an adapter that changed nothing would prove nothing")
                .isGreaterThan(0.05f);
    }

    private int shards() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return (int) files.filter(file -> file.getFileName().toString().startsWith("model-"))
                    .count();
        }
    }

    @Test
    void aTiedHeadThatWasTrainedIsUntiedAndAnUntrainedOneIsNotWritten() throws IOException {
        export("tied-head", "llama-tied");
        JsonNode json = JsonFiles.read(folder.resolve("config.json"));
        assertThat(json.path("tie_word_embeddings").isBoolean()).isTrue();
        assertThat(json.path("tie_word_embeddings").asBoolean()).isFalse();
        Map<String, FloatArray> untied = GoldenFiles.tensors(folder.resolve("model.safetensors"));
        assertThat(untied.get("lm_head.weight")).isEqualTo(expected("tied-head.merged.lm_head.weight"));
        assertThat(untied.get("model.embed_tokens.weight"))
                .isEqualTo(GoldenFiles.tensors(GOLDEN.resolve("llama-tied/model.safetensors"))
                        .get("model.embed_tokens.weight"));
        export("plain", "llama-tied");
        assertThat(JsonFiles.read(folder.resolve("config.json")))
                .isEqualTo(JsonFiles.read(GOLDEN.resolve("llama-tied/config.json")));
        assertThat(GoldenFiles.tensors(folder.resolve("model.safetensors")).keySet())
                .isEqualTo(GoldenFiles.tensors(GOLDEN.resolve("llama-tied/model.safetensors"))
                        .keySet());
    }

    @Test
    void aClassifierSaysSoInItsConfigAndHasNoWordHead() throws IOException {
        export("classes", "llama");
        JsonNode json = JsonFiles.read(folder.resolve("config.json"));
        assertThat(json.path("architectures")).hasToString("[\"LlamaForSequenceClassification\"]");
        assertThat(json.path("id2label")).hasToString("{\"0\":\"LABEL_0\",\"1\":\"LABEL_1\",\"2\":\"LABEL_2\"}");
        assertThat(json.path("label2id").path("LABEL_2").asInt()).isEqualTo(2);
        assertThat(GoldenFiles.tensors(folder.resolve("model.safetensors")))
                .containsKey("score.weight")
                .doesNotContainKey("lm_head.weight");
    }

    @Test
    void theFilesBesideTheBaseAreCopiedAndFormerWeightsRemoved() throws IOException {
        Path base = Files.createDirectories(folder.resolve("base"));
        for (String name : List.of("config.json", "model.safetensors", "generation_config.json")) {
            Files.copy(GOLDEN.resolve("llama").resolve(name), base.resolve(name));
        }
        Files.writeString(base.resolve("tokenizer.json"), "words");
        Files.writeString(base.resolve("README.md"), "not of the merged model");
        Path out = folder.resolve("out");
        try (Checkpoint checkpoint = Checkpoint.open(base)) {
            PeftAdapter.Loaded loaded = PeftAdapter.read(GOLDEN.resolve("plain"), checkpoint.config());
            long bytes = MergedExport.write(out, checkpoint, loaded.config(), loaded.lora(), loaded.state(), 10_000);
            assertThat(names(out))
                    .containsExactly(
                            "config.json",
                            "generation_config.json",
                            "model-00001-of-00004.safetensors",
                            "model-00002-of-00004.safetensors",
                            "model-00003-of-00004.safetensors",
                            "model-00004-of-00004.safetensors",
                            "model.safetensors.index.json",
                            "tokenizer.json");
            JsonNode index = JsonFiles.read(out.resolve("model.safetensors.index.json"));
            assertThat(index.path("metadata").path("total_size").asLong()).isEqualTo(bytes);
            assertThat(bytes).isEqualTo(4 * (2 * 40 * 16 + 7 * 16 + 3 * (2 * 256 + 2 * 128 + 3 * 384)));
            FloatArray sharded = baseLogits(out);
            MergedExport.write(out, checkpoint, loaded.config(), loaded.lora(), loaded.state());
            assertThat(names(out))
                    .containsExactly("config.json", "generation_config.json", "model.safetensors", "tokenizer.json");
            assertThat(baseLogits(out)).isEqualTo(sharded);
            MergedExport.write(out, checkpoint, loaded.config(), loaded.lora(), loaded.state(), 10_000);
            assertThat(names(out)).doesNotContain("model.safetensors").hasSize(8);
        }
        assertThat(Files.readString(out.resolve("tokenizer.json"))).isEqualTo("words");
    }

    @Test
    void aLlamaFromScratchIsReadAsItWasWritten() throws IOException {
        Rope rope = new Rope(5e5, Rope.Scaling.LLAMA3, 8, 1, 4, 16);
        List<LlamaConfig> models = List.of(
                model(Rope.of(10000), false, false, 0, List.of(), List.of(2)),
                model(rope, true, false, 0, List.of(), List.of(2, 5)),
                model(new Rope(10000, Rope.Scaling.LINEAR, 2, 0, 0, 0), false, true, 0, List.of(), List.of()),
                model(rope, false, false, 2, List.of("no", "yes"), List.of(2)));
        for (LlamaConfig model : models) {
            AdapterState weights = randomWeights(model);
            CheckpointWriter.write(folder, model, weights, SafetensorsType.F32);
            try (Checkpoint checkpoint = Checkpoint.open(folder)) {
                assertThat(checkpoint.config()).isEqualTo(model);
                weights.tensors()
                        .forEach((name, value) ->
                                assertThat(checkpoint.readFloats(name)).isEqualTo(value));
            }
        }
    }

    private static AdapterState randomWeights(LlamaConfig model) {
        try (TransformerHalf whole = TransformerHalf.random(model, WHOLE, Precision.FP32, TinyModel.STREAMS)) {
            return whole.weights();
        }
    }

    private static LlamaConfig model(
            Rope rope, boolean bias, boolean tied, int classes, List<String> labels, List<Integer> ends) {
        return new LlamaConfig(
                40, 32, 16, 3, 4, 2, 4, 24, 1e-6, rope, bias, bias, bias, tied, classes, labels, -1, ends);
    }

    private void export(String adapter, String base) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(GOLDEN.resolve(base))) {
            PeftAdapter.Loaded loaded = PeftAdapter.read(GOLDEN.resolve(adapter), checkpoint.config());
            MergedExport.write(folder, checkpoint, loaded.config(), loaded.lora(), loaded.state());
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static Path base(String name) {
        return name.startsWith("llama") ? GOLDEN.resolve(name) : GoldenFiles.path(name);
    }

    private static FloatArray expected(String name) {
        try (SafetensorsFile file = SafetensorsFile.open(GOLDEN.resolve("expected.safetensors"))) {
            return file.readFloats(name);
        }
    }

    private static FloatArray baseLogits(Path model) {
        try (Checkpoint checkpoint = Checkpoint.open(model);
                TransformerHalf whole = TransformerHalf.load(checkpoint, checkpoint.config(), WHOLE, Precision.FP32)) {
            return TensorScope.within(
                    "logits",
                    () -> lastOfClassifier(TinyModel.values(whole.forward(input(whole.config()))), whole.config()));
        }
    }

    private static FloatArray logits(TransformerHalf whole, TrainableSet set) {
        return TensorScope.within(
                "logits",
                () -> lastOfClassifier(
                        TinyModel.values(whole.forward(input(whole.config()), set, ForwardMode.eval())),
                        whole.config()));
    }

    private static Tensor input(ModelConfig config) {
        if (config instanceof VitConfig) {
            return TinyModel.tensor(
                    GoldenFiles.tensors(GoldenFiles.path("forward.safetensors")).get("pixels"));
        }
        return Tensors.ofLongs(new long[] {1, 5, 9, 30, 2, 17, 8, 39, 1, 22, 3, 3, 14, 7, 35, 11}, 2, 8);
    }

    /** A LLaMA's classifier gives logits of every token; transformers takes those of a row's last. */
    private static FloatArray lastOfClassifier(FloatArray logits, ModelConfig config) {
        if (config instanceof VitConfig || config.classes() == 0) {
            return logits;
        }
        int classes = config.classes();
        float[] last = new float[2 * classes];
        for (int row = 0; row < 2; row++) {
            for (int i = 0; i < classes; i++) {
                last[row * classes + i] = logits.get((row * 8 + 7) * classes + i);
            }
        }
        return FloatArray.of(last, 2, classes);
    }

    private static void assertNear(FloatArray actual, FloatArray expected) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        for (int i = 0; i < expected.size(); i++) {
            float allowed = NEAR * (1 + Math.abs(expected.get(i)));
            assertThat(actual.get(i)).as("element %s", i).isCloseTo(expected.get(i), within(allowed));
        }
    }
}
