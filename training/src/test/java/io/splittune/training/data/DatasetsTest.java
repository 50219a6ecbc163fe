package io.splittune.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.core.RandomStreams;
import io.splittune.core.UserException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DatasetsTest {
    private static Dataset shapes(int samples) {
        return Datasets.builtin(DataFormat.SHAPES, Split.TRAIN, samples, 32);
    }

    @Test
    void aClassSubsetIsRelabelledInTheGivenOrderWithItsNames() {
        Dataset base = shapes(90);
        try (Dataset data = Datasets.withClasses(base, 7, 2)) {
            assertThat(data.classes()).isEqualTo(2);
            assertThat(data.className(0)).isEqualTo(base.className(7));
            assertThat(data.className(1)).isEqualTo(base.className(2));
            assertThat(data.size()).isEqualTo(20);
            for (int i = 0; i < data.size(); i++) {
                assertThat(data.label(i)).isEqualTo(i % 2 == 0 ? 1 : 0);
            }
            assertThat(data.image(1).planes()).isEqualTo(base.image(7).planes());
        }
    }

    @Test
    void classesThatDoNotExistOrComeTwiceOrHaveNoSamplesAreRefused() {
        assertThatThrownBy(() -> Datasets.withClasses(shapes(90), 0, 9))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("data.classes: 9 does not exist; the classes are 0 to 8");
        assertThatThrownBy(() -> Datasets.withClasses(shapes(90), 3, 3))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> Datasets.withClasses(shapes(2), 3))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("none of 2 samples");
    }

    @Test
    void aLimitKeepsARepeatableRandomSampleInOrder() {
        Dataset base = shapes(900);
        Dataset some = Datasets.limited(base, 300, new RandomStreams(1));
        assertThat(some.size()).isEqualTo(300);
        assertThat(some.labels())
                .isEqualTo(Datasets.limited(base, 300, new RandomStreams(1)).labels());
        assertThat(some.labels())
                .isNotEqualTo(Datasets.limited(base, 300, new RandomStreams(2)).labels());
        int[] counts = new int[9];
        IntStream.range(0, 300).forEach(i -> counts[some.label(i)]++);
        for (int count : counts) {
            assertThat(count).isBetween(15, 55);
        }
        assertThat(Datasets.limited(base, 900, new RandomStreams(1))).isSameAs(base);
    }

    @Test
    void formatsAreParsedByTheirKeys() {
        for (DataFormat format : DataFormat.values()) {
            assertThat(DataFormat.parse(format.key())).isEqualTo(format);
            assertThat(format.usualAugmentation()).isNotNull();
        }
        assertThatThrownBy(() -> DataFormat.parse("cifar"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("data.format: \"cifar\" is unknown; known are cifar10, cifar100");
    }
}
