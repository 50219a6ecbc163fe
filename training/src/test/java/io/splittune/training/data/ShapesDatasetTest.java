package io.splittune.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class ShapesDatasetTest {
    // Fixed once: the committed weights belong to these images. They must be the same on every platform and JDK.
    private static final long SOURCE_CHECKSUM = 2132415290L;
    private static final long TARGET_CHECKSUM = 1130063947L;

    @Test
    void theImagesAreTheSameBytesEverywhere() {
        assertThat(checksum(DataFormat.SHAPES_SOURCE)).isEqualTo(SOURCE_CHECKSUM);
        assertThat(checksum(DataFormat.SHAPES)).isEqualTo(TARGET_CHECKSUM);
    }

    @Test
    void anImageDependsOnItsIndexAloneNotOnTheSizeOfTheSet() {
        Dataset small = Datasets.builtin(DataFormat.SHAPES, Split.TRAIN, 10, 32);
        Dataset large = Datasets.builtin(DataFormat.SHAPES, Split.TRAIN, 1000, 32);
        assertThat(small.image(7).planes()).isEqualTo(large.image(7).planes());
        assertThat(large.image(7).planes()).isEqualTo(large.image(7).planes());
    }

    @Test
    void trainingAndTestImagesAndTheTwoTasksDiffer() {
        Set<String> seen = new HashSet<>();
        for (DataFormat format : List.of(DataFormat.SHAPES, DataFormat.SHAPES_SOURCE)) {
            for (Split split : Split.values()) {
                Dataset data = Datasets.builtin(format, split, 200, 32);
                IntStream.range(0, 200)
                        .forEach(i -> seen.add(Arrays.toString(data.image(i).planes())));
            }
        }
        assertThat(seen).hasSize(800);
    }

    @Test
    void everyClassComesEquallyOften() {
        Dataset data = Datasets.builtin(DataFormat.SHAPES_SOURCE, Split.TRAIN, 240, 32);
        int[] counts = new int[data.classes()];
        Arrays.stream(data.labels()).forEach(label -> counts[label]++);
        assertThat(counts).containsOnly(240 / data.classes());
    }

    @Test
    void everyFigureFillsAReasonablePartOfTheUnitSquareAndStaysWithinReach() {
        for (ShapeKind kind : ShapeKind.values()) {
            int inside = 0;
            for (double y = -1.5; y < 1.5; y += 0.02) {
                for (double x = -1.5; x < 1.5; x += 0.02) {
                    if (kind.outline().distance(x, y) < 0) {
                        inside++;
                        assertThat(Math.sqrt(x * x + y * y)).as(kind.label()).isLessThan(Outline.REACH);
                    }
                }
            }
            double area = inside * 0.02 * 0.02;
            assertThat(area).as(kind.label()).isBetween(0.6, 3.0);
        }
    }

    @Test
    void patternsCoverAboutHalfOfTheFigure() {
        for (Texture texture : Texture.values()) {
            double sum = 0;
            int points = 200;
            for (int i = 0; i < points; i++) {
                for (int j = 0; j < points; j++) {
                    double share = texture.at(4.0 * i / points - 2, 4.0 * j / points - 2, 3);
                    assertThat(share).isBetween(0.0, 1.0);
                    sum += share;
                }
            }
            double mean = sum / (points * points);
            assertThat(mean).as(texture.adjective()).isBetween(texture == Texture.SOLID ? 0 : 0.4, 0.6);
        }
    }

    @Test
    void otherSidesWorkAndSmallOnesAreRefused() {
        Dataset data = Datasets.builtin(DataFormat.SHAPES, Split.TEST, 3, 64);
        assertThat(data.image(2).width()).isEqualTo(64);
        assertThatThrownBy(() -> Datasets.builtin(DataFormat.SHAPES, Split.TEST, 3, 15))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> data.image(3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> ShapesDesign.standard(DataFormat.IDX)).isInstanceOf(IllegalArgumentException.class);
    }

    private static long checksum(DataFormat format) {
        CRC32 crc = new CRC32();
        for (Split split : Split.values()) {
            Dataset data = Datasets.builtin(format, split, 300, 32);
            IntStream.range(0, 300).forEach(i -> crc.update(data.image(i).planes()));
        }
        return crc.getValue();
    }
}
