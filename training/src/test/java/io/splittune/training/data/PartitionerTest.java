package io.splittune.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.splittune.core.RandomStreams;
import io.splittune.core.UserException;
import io.splittune.testkit.Property;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PartitionerTest {
    @Test
    void everySampleGoesToExactlyOneDevice() {
        Property.forAll(200, random -> {
            int devices = 1 + random.nextInt(12);
            int classes = 1 + random.nextInt(15);
            int samples = 4 * devices + random.nextInt(2000);
            int[] labels = labels(samples, classes, random);
            Partitioner.ByLabel partitioner = any(random);
            Partition partition = partitioner.partition(labels, classes, devices, new RandomStreams(random.nextLong()));
            assertThat(partition.devices()).isEqualTo(devices);
            int[] all = IntStream.range(0, devices)
                    .flatMap(device -> Arrays.stream(partition.indices(device)))
                    .sorted()
                    .toArray();
            assertThat(all).isEqualTo(IntStream.range(0, samples).toArray());
            for (int device = 0; device < devices; device++) {
                assertThat(partition.indices(device)).isSorted().isNotEmpty();
                int[] counts = new int[classes];
                Arrays.stream(partition.indices(device)).forEach(sample -> counts[labels[sample]]++);
                assertThat(partition.classCounts(device)).isEqualTo(counts);
                assertThat(partition.samples(device)).isEqualTo(partition.indices(device).length);
            }
        });
    }

    @Test
    void theSameSeedGivesTheSamePartitionAndAnotherSeedAnother() {
        int[] labels = labels(500, 10, new SplittableRandom(1));
        for (Partitioner.ByLabel partitioner :
                List.of(new Partitioner.Iid(), new Partitioner.Dirichlet(0.5), new Partitioner.Shards(2))) {
            int[] first =
                    partitioner.partition(labels, 10, 5, new RandomStreams(7)).indices(2);
            assertThat(partitioner
                            .partition(labels, 10, 5, new RandomStreams(7))
                            .indices(2))
                    .isEqualTo(first);
            assertThat(partitioner
                            .partition(labels, 10, 5, new RandomStreams(8))
                            .indices(2))
                    .isNotEqualTo(first);
        }
    }

    @Test
    void iidSharesDifferByOneSampleAtMost() {
        Partition partition = new Partitioner.Iid().partition(new int[103], 1, 10, new RandomStreams(1));
        int[] sizes = IntStream.range(0, 10).map(partition::samples).toArray();
        assertThat(sizes).containsOnly(10, 11);
    }

    @Test
    void dirichletSpreadsAsItsVarianceSays() {
        // A component of a symmetric Dirichlet over n has variance (1/n)(1 - 1/n) / (n alpha + 1).
        int devices = 5;
        double alpha = 0.5;
        double sumOfSquares = 0;
        int draws = 20_000;
        RandomGenerator random = new SplittableRandom(3);
        double[] means = new double[devices];
        for (int i = 0; i < draws; i++) {
            double[] proportions = GammaDraws.dirichlet(alpha, devices, random);
            assertThat(Arrays.stream(proportions).sum()).isCloseTo(1, within(1e-12));
            for (int device = 0; device < devices; device++) {
                means[device] += proportions[device] / draws;
            }
            sumOfSquares += (proportions[0] - 0.2) * (proportions[0] - 0.2);
        }
        // 4 standard errors of the mean are 0.006; those of the variance about 0.001.
        for (double mean : means) {
            assertThat(mean).isCloseTo(0.2, within(0.006));
        }
        assertThat(sumOfSquares / draws).isCloseTo(0.2 * 0.8 / (devices * alpha + 1), within(0.002));
    }

    @Test
    void smallAlphaConcentratesClassesAndLargeAlphaDoesNot() {
        int[] labels = IntStream.range(0, 5000).map(i -> i % 10).toArray();
        assertThat(largestShare(new Partitioner.Dirichlet(0.01), labels)).isGreaterThan(0.95);
        assertThat(largestShare(new Partitioner.Dirichlet(1000), labels)).isLessThan(0.4);
    }

    @Test
    void dirichletHonoursTheMinimum() {
        int[] labels = IntStream.range(0, 400).map(i -> i % 4).toArray();
        Partition partition = new Partitioner.Dirichlet(0.3, 40).partition(labels, 4, 5, new RandomStreams(1));
        assertThat(IntStream.range(0, 5).map(partition::samples)).allMatch(samples -> samples >= 40);
    }

    @Test
    void dirichletThatCannotServeEveryDeviceSaysSo() {
        int[] labels = new int[200];
        assertThatThrownBy(() -> new Partitioner.Dirichlet(0.001, 10).partition(labels, 1, 15, new RandomStreams(1)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("data.partition: in 1000 draws with alpha 0.001")
                .hasMessageNotContaining("\n");
    }

    @Test
    void shardsGiveEachDeviceFewClasses() {
        int[] labels = IntStream.range(0, 1000).map(i -> i % 10).toArray();
        Partition partition = new Partitioner.Shards(2).partition(labels, 10, 5, new RandomStreams(4));
        for (int device = 0; device < 5; device++) {
            assertThat(partition.samples(device)).isEqualTo(200);
            assertThat(Arrays.stream(partition.classCounts(device))
                            .filter(count -> count > 0)
                            .count())
                    .isLessThanOrEqualTo(2);
        }
    }

    @Test
    void tooFewSamplesAreRefused() {
        for (Partitioner.ByLabel partitioner :
                List.of(new Partitioner.Iid(), new Partitioner.Dirichlet(1), new Partitioner.Shards(1))) {
            assertThatThrownBy(() -> partitioner.partition(new int[3], 1, 4, new RandomStreams(1)))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("3 samples are too few for 4 devices");
        }
    }

    @Test
    void aDeviceWithoutSamplesIsRefused() {
        assertThatThrownBy(() -> new Partition(new int[][] {{0, 1}, {}}, new int[2], 1))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("device 1 of 2 gets none");
    }

    @Test
    void theTableShowsEveryDeviceAndClass() {
        Partition partition = new Partition(new int[][] {{0, 2}, {1, 3, 4}}, new int[] {0, 1, 0, 1, 0}, 2);
        assertThat(partition.table(label -> label == 0 ? "cat" : "a very long class name"))
                .isEqualTo("""
                        device samples            cat a very long cl
                             0       2              2              0
                             1       3              1              2""");
        int[] many = IntStream.range(0, 40).toArray();
        assertThat(new Partition(new int[][] {many}, many, 40).table(label -> "c" + label))
                .contains("     0      40      40  c0 1, c1 1, c2 1, c3 1");
    }

    private static double largestShare(Partitioner.ByLabel partitioner, int[] labels) {
        Partition partition = partitioner.partition(labels, 10, 4, new RandomStreams(2));
        return IntStream.range(0, 10)
                .mapToDouble(label -> IntStream.range(0, 4)
                                .map(device -> partition.classCounts(device)[label])
                                .max()
                                .orElseThrow()
                        / 500.0)
                .average()
                .orElseThrow();
    }

    private static Partitioner.ByLabel any(RandomGenerator random) {
        return switch (random.nextInt(3)) {
            case 0 -> new Partitioner.Iid();
            case 1 -> new Partitioner.Dirichlet(1 + random.nextDouble());
            default -> new Partitioner.Shards(1 + random.nextInt(4));
        };
    }

    private static int[] labels(int samples, int classes, RandomGenerator random) {
        return IntStream.range(0, samples).map(i -> random.nextInt(classes)).toArray();
    }
}
