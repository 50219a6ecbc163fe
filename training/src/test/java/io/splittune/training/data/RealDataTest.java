package io.splittune.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.splittune.core.RandomStreams;
import io.splittune.model.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reads real data sets: {@code SPLITTUNE_DATA=FOLDER mvn -pl training test -Dtest=RealDataTest -Dtest.excludedGroups=none }. The folder
 * holds {@code cifar10}, {@code cifar100}, {@code fashion-mnist}, {@code text}, {@code weights} and, unpacked,
 * {@code tiny-imagenet-200}.
 */
@Tag("data")
class RealDataTest {
    @Test
    void readsCifar10() {
        Path folder = folder("cifar10");
        try (Dataset train = Datasets.open(DataFormat.CIFAR10, folder, Split.TRAIN);
                Dataset test = Datasets.open(DataFormat.CIFAR10, folder, Split.TEST)) {
            assertThat(train.size()).isEqualTo(5000);
            assertThat(test.size()).isEqualTo(1000);
            assertThat(train.className(6)).isEqualTo("frog");
            // The first picture of the data set is a frog.
            assertThat(train.label(0)).isEqualTo(6);
            assertThat(mean(train)).isBetween(110.0, 132.0);
        }
    }

    @Test
    void readsCifar100AndSplitsItOverDevices() {
        Path folder = folder("cifar100");
        try (Dataset train = Datasets.open(DataFormat.CIFAR100, folder.resolve("train-20k.bin"), Split.TRAIN)) {
            assertThat(train.size()).isEqualTo(20_000);
            assertThat(train.className(19)).isEqualTo("cattle");
            int[] last = new int[20];
            Arrays.setAll(last, i -> 80 + i);
            Dataset narrowed = Datasets.withClasses(train, last);
            Partition partition = new Partitioner.Dirichlet(0.5).partition(narrowed, 8, new RandomStreams(1));
            assertThat(partition.table(narrowed::className).lines()).hasSize(9);
        }
    }

    @Test
    void readsFashionMnist() {
        Path folder = folder("fashion-mnist");
        try (Dataset test = Datasets.open(DataFormat.IDX, folder, Split.TEST)) {
            assertThat(test.size()).isEqualTo(10_000);
            assertThat(test.classes()).isEqualTo(10);
            assertThat(test.label(0)).isEqualTo(9);
            assertThat(test.image(0).width()).isEqualTo(28);
            assertThat(mean(test)).isBetween(65.0, 80.0);
        }
    }

    @Test
    void readsTinyImagenet() {
        Path folder = folder("tiny-imagenet-200");
        try (Datasets.TrainingAndTest both =
                Datasets.openPair(DataFormat.IMAGES, folder.resolve("train"), folder.resolve("val"))) {
            assertThat(both.train().classes()).isEqualTo(200);
            assertThat(both.train().size()).isEqualTo(10_000);
            assertThat(both.test().size()).isEqualTo(2000);
            assertThat(both.train().image(77).width()).isEqualTo(64);
            assertThat(mean(both.test())).isBetween(100.0, 130.0);
        }
    }

    /** {@code text/e2e/valid.txt} has lines {@code attributes||sentence}. */
    @Test
    void readsE2eAsPromptsAndCompletions(@TempDir Path aside) throws IOException {
        Path text = folder("text/e2e").resolve("valid.txt");
        Path weights = folder("weights/stories260K");
        Path file = aside.resolve("valid.jsonl");
        ObjectMapper mapper = new ObjectMapper();
        try (Stream<String> lines = Files.lines(text)) {
            Files.write(
                    file,
                    lines.map(line -> line.split("\\|\\|", 2))
                            .map(parts -> mapper.createObjectNode()
                                    .put("prompt", parts[0] + "\n")
                                    .put("completion", parts[1])
                                    .toString())
                            .toList());
        }
        try (Tokenizer tokenizer = Tokenizer.open(weights);
                TextDataset data = TextDataset.open(DataFormat.JSONL, file, tokenizer, TextOptions.of(256))) {
            assertThat(data.size()).isEqualTo(4672);
            int[] targets =
                    Arrays.stream(data.targets(0)).filter(target -> target >= 0).toArray();
            String said = tokenizer.decode(targets);
            assertThat(Files.readAllLines(text).get(0)).endsWith(said).doesNotStartWith(said);
            assertThat(targets[targets.length - 1]).isEqualTo(2);
        }
    }

    @Test
    void readsTinyStoriesAsOneStream() throws IOException {
        Path text = folder("text/tinystories").resolve("tinystories_sample_2MiB.txt");
        try (Tokenizer tokenizer = Tokenizer.open(folder("weights/stories260K"));
                TextDataset data = TextDataset.open(DataFormat.TEXT, text, tokenizer, TextOptions.of(512))) {
            assertThat(data.size()).isBetween(1500, 2500);
            assertThat(data.notes()).isEmpty();
            assertThat(Files.readString(text)).startsWith(tokenizer.decode(data.tokens(0)));
            assertThat(data.tokens(1)).hasSize(512);
        }
    }

    private static double mean(Dataset data) {
        long sum = 0;
        long count = 0;
        for (int i = 0; i < data.size(); i += Math.max(1, data.size() / 500)) {
            byte[] planes = data.image(i).planes();
            for (byte value : planes) {
                sum += value & 0xFF;
            }
            count += planes.length;
        }
        return (double) sum / count;
    }

    private static Path folder(String name) {
        String root = System.getProperty("splittune.data", System.getenv().getOrDefault("SPLITTUNE_DATA", ""));
        Path folder = Path.of(root, name);
        assumeTrue(
                !root.isEmpty() && Files.isDirectory(folder),
                "skipped: SPLITTUNE_DATA (\"" + root + "\") names no folder with " + name);
        return folder;
    }
}
