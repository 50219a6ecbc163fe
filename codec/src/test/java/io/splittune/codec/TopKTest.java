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
            assertThat(new TopK().select(values, kept).mask()).isEqualTo(bySorting(values, kept));
        });
    }

    @Test
    void valuesThatDifferInTheirLastBitAreTold() {
        float[] values = new float[3_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(Float.floatToRawIntBits(1.5f) + i * 7 % 3_000);
        }
        for (int kept : new int[] {1, 2, 1_499, 2_999, 3_000}) {
            assertThat(new TopK().select(values, kept).mask()).isEqualTo(bySorting(values, kept));
        }
    }

    @Test
    void aLargeTensorIsSelectedFromASampleAsIfFromAll() {
        TopK topK = new TopK();
        Property.forAll(12, random -> {
            int elements = 33_000 + random.nextInt(40_000);
            float[] values = TestTensors.awkward(elements, random);
            int kept = random.nextBoolean() ? 1 + random.nextInt(elements) : 1 + random.nextInt(20);
            TopK.Selection selection = topK.select(values, kept);
            Mask expected = bySorting(values, kept);
            assertThat(selection.mask()).isEqualTo(expected);
            float low = Float.MAX_VALUE;
            float high = 0;
            for (int i = expected.nextKept(0); i >= 0; i = expected.nextKept(i + 1)) {
                low = Math.min(low, Math.abs(values[i]));
                high = Math.max(high, Math.abs(values[i]));
            }
            assertThat(selection.low()).isEqualTo(low);
            assertThat(selection.high()).isEqualTo(high);
        });
    }

    @Test
    void largeValuesThatTheSampleMissesAreSelected() {
        // All but a few are equal, and no sample sees the few.
        float[] values = new float[50_000];
        Arrays.fill(values, 1f);
        values[49_999] = 3;
        values[7] = -2;
        assertThat(new TopK().select(values, 3).mask()).isEqualTo(bySorting(values, 3));
        values[123] = Float.NaN;
        assertThatThrownBy(() -> new TopK().select(values, 3)).hasMessage("values[123] (NaN) must be finite.");
    }

    @Test
    void tiesGoToTheLowerIndex() {
        Mask mask = new TopK().select(new float[] {1, -2, 2, -1, 2, 1}, 4).mask();
        assertThat(mask).isEqualTo(Mask.of(true, true, true, false, true, false));
    }

    @Test
    void tiesAreCountedAcrossWords() {
        float[] values = new float[1_000];
        Arrays.fill(values, -3f);
        Mask mask = new TopK().select(values, 321).mask();
        assertThat(mask.kept()).isEqualTo(321);
        assertThat(mask.isKept(320)).isTrue();
        assertThat(mask.isKept(321)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void aValueThatIsNotFiniteIsNamed(float bad) {
        float[] values = TestTensors.normal(100, 1);
        values[42] = bad;
        assertThatThrownBy(() -> new TopK().select(values, 10).mask())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("values[42] (" + bad + ") must be finite.");
        assertThatThrownBy(() -> new TopK().select(values, 100).mask()).hasMessageContaining("values[42]");
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
