package io.splittune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.splittune.core.RandomStreams;
import io.splittune.model.Generator.Part;
import io.splittune.tensor.TensorScope;
import io.splittune.tensor.Tensors;
import io.splittune.tensor.testing.LeakChecked;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real LLaMA of 260,000 weights tells the story that it tells elsewhere, whatever the cut. */
@Tag("data")
@LeakChecked
class StoriesTest {
    private Path folder = Path.of("");
    private JsonNode golden = JsonFiles.parse("{}", "");

    @BeforeEach
    void findModel() {
        String root = System.getProperty("splittune.data", System.getenv().getOrDefault("SPLITTUNE_DATA", ""));
        folder = Path.of(root, "weights", "stories260K");
        assumeTrue(
                !root.isEmpty() && Files.isDirectory(folder),
                "skipped: SPLITTUNE_DATA (\"" + root + "\") names no folder with weights/stories260K");
        golden = JsonFiles.read(folder.resolve("golden.json"));
    }

    private TransformerHalf load(HalfRange range) {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            return TransformerHalf.load(checkpoint, checkpoint.config(), range, Precision.FP32);
        }
    }

    private int[] numbers(String key) {
        return StreamSupport.stream(golden.path(key).spliterator(), false)
                .mapToInt(JsonNode::intValue)
                .toArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void logitsAndGreedyTextAreTheGoldenOnes(int cut) {
        try (TransformerHalf device = load(HalfRange.device(cut));
                TransformerHalf server = load(HalfRange.server(cut, 5))) {
            int[] prompt = numbers("prompt_ids_with_bos");
            float[] logits = TensorScope.within(
                    "logits",
                    () -> server.forward(device.forward(Tensors.ofInts(prompt).reshape(1, prompt.length)))
                            .select(1, prompt.length - 1)
                            .toFloats());
            for (int i = 0; i < logits.length; i++) {
                assertThat((double) logits[i])
                        .isCloseTo(golden.path("last_position_logits").path(i).doubleValue(), within(1e-4));
            }
            List<Integer> story = StreamSupport.stream(
                            golden.path("bos_only_greedy_ids").spliterator(), false)
                    .map(JsonNode::intValue)
                    .toList();
            Generator generator =
                    new Generator(List.of(new Part(device, Optional.empty()), new Part(server, Optional.empty())));
            Generator.Settings settings = new Generator.Settings(story.size() - 1, 0, Set.of());
            assertThat(generator.generate(story.subList(0, 1), settings, new RandomStreams(0), token -> {}))
                    .isEqualTo(story.subList(1, story.size()));
        }
    }
}
