package io.splittune.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.testkit.Property;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopKTest {
    @Test
    void selectsWhatASortWouldSelect() {
        Property.forAll(400, random -> {
            int elements = 1 + random.nextInt(700);
            float[] values = TestTensors.awkward(elements, random);
            int kept = 1 + random.nextInt(elements);
            assertThat(TopK.select(values, kept)).isEqualTo(bySorting(values, kept));
        });
    }

    @Test
    void valuesThatDifferInTheirLastBitAreTold() {
        float[] values = new float[3_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(Float.floatToRawIntBits(1.5f) + i * 7 % 3_000);
        }
        for (int kept : new int[] {1, 2, 1_499, 2_999, 3_000}) {
            assertThat(TopK.select(values, kept)).isEqualTo(bySorting(values, kept));
        }
    }

    @Test
    void tiesGoToTheLowerIndex() {
        Mask mask = TopK.select(new float[] {1, -2, 2, -1, 2, 1}, 4);
        assertThat(mask).isEqualTo(Mask.of(true, true, true, false, true, false));
    }

    @Test
    void tiesAreCountedAcrossWords() {
        float[] values = new float[1_000];
        Arrays.fill(values, -3f);
        Mask mask = TopK.select(values, 321);
        assertThat(mask.kept()).isEqualTo(321);
        assertThat(mask.isKept(320)).isTrue();
        assertThat(mask.isKept(321)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void aValueThatIsNotFiniteIsNamed(float bad) {
        float[] values = TestTensors.normal(100, 1);
        values[42] = bad;
        assertThatThrownBy(() -> TopK.select(values, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("values[42] (" + bad + ") must be finite.");
        assertThatThrownBy(() -> TopK.select(values, 100)).hasMessageContaining("values[42]");
    }

    private static Mask bySorting(float[] values, int kept) {
        boolean[] flags = new boolean[values.length];
        IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(i -> -Math.abs((double) values[i]))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(kept)
                .forEach(i -> flags[i] = true);
        return Mask.of(flags);
    }
}
