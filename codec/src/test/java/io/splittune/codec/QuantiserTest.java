package io.splittune.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.splittune.testkit.Property;
import io.splittune.testkit.ScriptedRandom;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuantiserTest {
    @Test
    void aValueRoundsUpWithTheProbabilityOfItsPlaceInTheInterval() {
        // Points 1, 2, 3, 4, 5; 2.25 is a quarter of the way from 2 to 3.
        float[] values = {1, -2.25f, 2.25f, 5};
        var random = new ScriptedRandom(0.5, 0.24, 0.26, 0.99);
        QuantisedTensor tensor = TestTensors.quantise(values, Mask.all(4), 4, random);
        assertThat(tensor.levels()).containsExactly((char) 0, (char) 2, (char) 1, (char) 4);
        assertThat(TestTensors.dequantise(tensor)).containsExactly(1, -3, 2, 5);
        assertThat(random.remaining()).isZero();
    }

    @Test
    void equalMagnitudesAreExactAndNeedNoDraw() {
        float[] values = {-0.1f, 0.1f, 0.1f};
        QuantisedTensor tensor = TestTensors.quantise(values, Mask.all(3), 7, new ScriptedRandom());
        assertThat(TestTensors.dequantise(tensor)).containsExactly(values);
    }

    @Test
    void bothEndsOfTheRangeAreExact() {
        Property.forAll(300, random -> {
            float[] values = TestTensors.awkward(1 + random.nextInt(50), random);
            int levels = 1 + random.nextInt(Compression.MAX_LEVELS);
            QuantisedTensor tensor = TestTensors.quantise(values, Mask.all(values.length), levels, random);
            float[] decoded = TestTensors.dequantise(tensor);
            QuantiserRange range = tensor.range();
            for (int i = 0; i < values.length; i++) {
                float magnitude = Math.abs(values[i]);
                if (magnitude == range.low() || magnitude == range.high()) {
                    assertThat(decoded[i]).isEqualTo(values[i], within(0f));
                }
                assertThat(Math.abs(decoded[i])).isBetween(range.low(), range.high());
            }
        });
    }

    @Test
    void aZeroCountsAsPositive() {
        QuantisedTensor tensor =
                TestTensors.quantise(new float[] {-0f, 0f, -1f}, Mask.all(3), 1, new SplittableRandom(1));
        assertThat(tensor.negative()[0]).isEqualTo(0b100);
    }

    @Test
    void droppedValuesDoNotWidenTheRange() {
        QuantisedTensor tensor = TestTensors.quantise(
                new float[] {0, 3, -4, 100}, Mask.of(false, true, true, false), 3, new SplittableRandom(1));
        assertThat(tensor.range()).isEqualTo(new QuantiserRange(3, 3, 4));
        assertThat(TestTensors.dequantise(tensor)).containsExactly(0, 3, -4, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 255})
    void theMeanOverSeedsIsTheValueItself(int levels) {
        float[] values = TestTensors.normal(64, 11);
        int seeds = 20_000;
        double[] sums = new double[values.length];
        double step = 0;
        for (int seed = 0; seed < seeds; seed++) {
            QuantisedTensor tensor =
                    TestTensors.quantise(values, Mask.all(values.length), levels, new SplittableRandom(seed));
            step = tensor.range().step();
            float[] decoded = TestTensors.dequantise(tensor);
            for (int i = 0; i < values.length; i++) {
                sums[i] += decoded[i];
            }
        }
        // A rounding error has a standard deviation of at most half a step; 5 of the mean's: one run in 27,000 fails.
        double tolerance = 5 * (step / 2) / Math.sqrt(seeds);
        for (int i = 0; i < values.length; i++) {
            assertThat(sums[i] / seeds).isCloseTo(values[i], within(tolerance));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 15, 255})
    void theSquaredErrorKeepsLemmaOne(int levels) {
        float[] values = TestTensors.normal(20_000, 3);
        QuantisedTensor tensor =
                TestTensors.quantise(values, Mask.all(values.length), levels, new SplittableRandom(levels));
        float[] decoded = TestTensors.dequantise(tensor);
        double squares = 0;
        for (int i = 0; i < values.length; i++) {
            squares += Math.pow((double) decoded[i] - values[i], 2);
        }
        double step = tensor.range().step();
        double bound = values.length * step * step / 4;
        assertThat(squares).isLessThan(bound);
        if (levels >= 7) {
            // A residual that is uniform in its interval gives two thirds of the bound.
            assertThat(squares / bound).isCloseTo(2.0 / 3, within(0.05));
        }
    }

    @Test
    void theSameSeedGivesTheSameLevels() {
        float[] values = TestTensors.normal(5_000, 3);
        Mask mask = new TopK().select(values, 1_000).mask();
        char[] first =
                TestTensors.quantise(values, mask, 7, new SplittableRandom(9)).levels();
        char[] second =
                TestTensors.quantise(values, mask, 7, new SplittableRandom(9)).levels();
        char[] other =
                TestTensors.quantise(values, mask, 7, new SplittableRandom(10)).levels();
        assertThat(second).isEqualTo(first);
        assertThat(other).isNotEqualTo(first);
    }

    @Test
    void theNearerPointIsTakenWithoutADraw() {
        float[] values = {1, -2.25f, 2.75f, 5};
        QuantisedTensor tensor =
                Quantiser.quantise(values, Mask.all(4), 4, Compression.Rounding.NEAREST, new ScriptedRandom());
        assertThat(TestTensors.dequantise(tensor)).containsExactly(1, -2, 3, 5);
    }

    @Test
    void theNearerPointIsNeverFurtherThanHalfAStep() {
        Property.forAll(300, random -> {
            float[] values = TestTensors.normal(1 + random.nextInt(200), random.nextLong());
            int levels = 1 + random.nextInt(300);
            QuantisedTensor tensor = Quantiser.quantise(
                    values, Mask.all(values.length), levels, Compression.Rounding.NEAREST, new ScriptedRandom());
            float[] decoded = TestTensors.dequantise(tensor);
            double bound = tensor.range().step() / 2 + 1e-6;
            for (int i = 0; i < values.length; i++) {
                assertThat(decoded[i]).isCloseTo(values[i], within((float) bound));
            }
        });
    }
}
