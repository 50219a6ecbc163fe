package io.splittune.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.splittune.codec.Compression.None;
import io.splittune.codec.Compression.Points;
import io.splittune.codec.Compression.Quantised;
import io.splittune.codec.Compression.Rounding;
import io.splittune.testkit.Property;
import io.splittune.testkit.ScriptedRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ActivationCodecTest {
    private final ActivationCodec codec = new ActivationCodec();

    @Test
    void roundTripsOfAnyShapeAndValuesKeepEveryQuantisedValue() {
        Property.forAll(1_500, random -> {
            int[] shape = TestTensors.shape(random);
            int elements = FrameFormat.elementsOf(shape);
            float[] values = TestTensors.awkward(elements, random);
            Quantised compression = TestTensors.quantised(random);
            long seed = random.nextLong();

            Encoded encoded = codec.encode(values, shape, compression, new SplittableRandom(seed));
            Decoded decoded = codec.decode(encoded.frame(), shape);

            Mask mask = new TopK().select(values, compression.keptOf(elements)).mask();
            QuantisedTensor expected =
                    TestTensors.quantise(values, mask, compression.levels(), new SplittableRandom(seed));
            assertThat(encoded.mask()).isEqualTo(mask);
            assertThat(decoded.mask()).isEqualTo(mask);
            assertThat(decoded.shape()).isEqualTo(shape);
            assertThat(decoded.values()).isEqualTo(TestTensors.dequantise(expected));
        });
    }

    @Test
    void roundTripsOnASharedMaskKeepEveryQuantisedValue() {
        Property.forAll(800, random -> {
            int[] shape = TestTensors.shape(random);
            int elements = FrameFormat.elementsOf(shape);
            float[] activation = TestTensors.awkward(elements, random);
            float[] gradient = TestTensors.awkward(elements, random);
            Quantised compression = TestTensors.quantised(random);
            Mask mask = codec.encode(activation, shape, compression, random).mask();
            long seed = random.nextLong();

            Encoded encoded = codec.encodeOnMask(gradient, shape, mask, compression, new SplittableRandom(seed));
            Decoded decoded = codec.decodeOnMask(encoded.frame(), mask, shape);

            QuantisedTensor expected =
                    TestTensors.quantise(gradient, mask, compression.levels(), new SplittableRandom(seed));
            assertThat(encoded.mask()).isEqualTo(mask);
            assertThat(decoded.mask()).isEqualTo(mask);
            assertThat(decoded.values()).isEqualTo(TestTensors.dequantise(expected));
        });
    }

    @ParameterizedTest
    @EnumSource
    void fittedPointsAreTheMeansOfWhatFellOnThem(Rounding rounding) {
        Property.forAll(200, random -> {
            int[] shape = {1 + random.nextInt(6), 1 + random.nextInt(9), 1 + random.nextInt(40)};
            float[] values = TestTensors.normal(FrameFormat.elementsOf(shape), random.nextLong());
            int levels = 1 + random.nextInt(20);
            var compression = new Quantised(
                    1 - random.nextDouble(), levels, Coder.ofCode(random.nextInt(3)), rounding, Points.FITTED);
            Encoded encoded = codec.encode(values, shape, compression, new SplittableRandom(9));
            float[] decoded = codec.decode(encoded.frame(), shape).values();

            QuantisedTensor tensor =
                    Quantiser.quantise(values, encoded.mask(), levels, rounding, new SplittableRandom(9));
            double[] sums = new double[levels + 1];
            int[] counts = new int[levels + 1];
            forEachLevel(tensor, (position, level) -> {
                sums[level] += Math.abs(values[position]);
                counts[level]++;
            });
            double tolerance = tensor.range().step() / 256 + 1e-6;
            forEachLevel(tensor, (position, level) -> {
                assertThat((double) Math.abs(decoded[position]))
                        .isCloseTo(sums[level] / counts[level], within(tolerance));
                assertThat(Math.signum(decoded[position])).isEqualTo(Math.signum(values[position]));
            });
        });
    }

    private static void forEachLevel(QuantisedTensor tensor, BiConsumer<Integer, Integer> action) {
        AtomicInteger next = new AtomicInteger();
        tensor.mask().forEachKept(position -> action.accept(position, (int) tensor.levels()[next.getAndIncrement()]));
    }

    @Test
    void theNearestPointsAndTheirMeansComeCloserThanDraws() {
        float[] values = TestTensors.vitLike(200, 96, 4);
        int[] shape = {200, 96};
        double[] errors = new double[3];
        Quantised[] compressions = {
            new Quantised(0.4, 5, Coder.ADAPTIVE),
            new Quantised(0.4, 5, Coder.ADAPTIVE, Rounding.NEAREST, Points.UNIFORM),
            new Quantised(0.4, 5, Coder.ADAPTIVE, Rounding.NEAREST, Points.FITTED)
        };
        for (int i = 0; i < errors.length; i++) {
            errors[i] = codec.analyse(values, shape, compressions[i], false, new SplittableRandom(1), System::nanoTime)
                    .meanSquaredError();
        }
        assertThat(errors[1]).isLessThan(0.8 * errors[0]);
        assertThat(errors[2]).isLessThan(0.9 * errors[1]);
    }

    @Test
    void extremeMagnitudesStayInTheirRangeOnFittedPoints() {
        float[] values = {Float.MAX_VALUE, -Float.MAX_VALUE, 1, -1, 0, Float.MIN_VALUE, 1e38f, -2e38f};
        var compression = new Quantised(1, 3, Coder.RAW, Rounding.STOCHASTIC, Points.FITTED);
        byte[] frame = codec.encode(values, new int[] {8}, compression, new SplittableRandom(2))
                .frame();
        for (float value : codec.decode(frame, new int[] {8}).values()) {
            assertThat(Math.abs(value)).isBetween(0f, Float.MAX_VALUE);
        }
    }

    @Test
    void passThroughInFp32KeepsEveryBitAndDrawsNothing() {
        Property.forAll(200, random -> {
            int[] shape = TestTensors.shape(random);
            float[] values = TestTensors.awkward(FrameFormat.elementsOf(shape), random);
            Encoded encoded = codec.encode(values, shape, new None(FloatFormat.FP32), new ScriptedRandom());
            Decoded decoded = codec.decode(encoded.frame(), shape);
            assertThat(decoded.values()).isEqualTo(values);
            assertThat(decoded.mask().isDense()).isTrue();
            assertThat(encoded.mask().isDense()).isTrue();
        });
    }

    @Test
    void passThroughInBf16RoundsToNearestEven() {
        float[] values = {1f, 0x1.01p0f, 0x1.03p0f, 0x1.010002p0f, -0x1.01p0f, 0f, -0f, 1e-40f, 3.38e38f};
        Encoded encoded = codec.encode(values, new int[] {9}, new None(FloatFormat.BF16), new ScriptedRandom());
        float[] decoded = codec.decode(encoded.frame(), new int[] {9}).values();
        // 1 + 2^-8 and 1 + 3 * 2^-8 are ties.
        assertThat(decoded).startsWith(1f, 1f, 0x1.04p0f, 0x1.02p0f, -1f, 0f, -0f);
        for (int i = 0; i < values.length; i++) {
            assertThat(Float.floatToRawIntBits(decoded[i]) & 0xffff).isZero();
            assertThat(decoded[i]).isCloseTo(values[i], within(Math.max(Math.abs(values[i]) / 256, 1e-40f)));
        }
        assertThat(encoded.frame().length).isLessThan(2 * 9 + 16);
    }

    @Test
    void aValueThatBf16CannotHoldIsNamed() {
        assertThatThrownBy(() -> codec.encode(
                        new float[] {1, -Float.MAX_VALUE},
                        new int[] {2},
                        new None(FloatFormat.BF16),
                        new ScriptedRandom()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("values[1] (-3.4028235E38) is too large for BF16.");
    }

    @ParameterizedTest
    @EnumSource(Coder.class)
    void exactlyTheLargestElementsArriveAndTheRestIsZero(Coder coder) {
        float[] values = TestTensors.vitLike(20, 48, 4);
        int[] shape = {20, 48};
        var compression = new Quantised(0.2, 255, coder);
        Decoded decoded = codec.decode(
                codec.encode(values, shape, compression, new SplittableRandom(1))
                        .frame(),
                shape);
        assertThat(decoded.mask()).isEqualTo(new TopK().select(values, 192).mask());
        for (int i = 0; i < values.length; i++) {
            if (decoded.mask().isKept(i)) {
                assertThat(Math.signum(decoded.values()[i])).isEqualTo(Math.signum(values[i]));
            } else {
                assertThat(decoded.values()[i]).isZero();
            }
        }
    }

    @Test
    void aDenseFrameCarriesNoPositions() {
        float[] values = TestTensors.normal(8_000, 2);
        int[] shape = {80, 100};
        for (Coder coder : Coder.values()) {
            var dense = new Quantised(1, 7, coder);
            int own =
                    codec.encode(values, shape, dense, new SplittableRandom(1)).frame().length;
            int shared = codec.encodeOnMask(values, shape, Mask.all(8_000), dense, new SplittableRandom(1))
                    .frame()
                    .length;
            // The shared one names its mask in four bytes.
            assertThat(shared).isEqualTo(own + 4);
        }
    }

    @Test
    void argumentsAreNeitherChangedNorKept() {
        float[] values = TestTensors.normal(600, 2);
        float[] copy = values.clone();
        int[] shape = {6, 100};
        for (Coder coder : Coder.values()) {
            var compression = new Quantised(0.3, 7, coder);
            Encoded first = codec.encode(values, shape, compression, new SplittableRandom(5));
            byte[] frame = first.frame().clone();
            Decoded decoded = codec.decode(frame, shape);
            assertThat(frame).isEqualTo(first.frame());
            assertThat(values).isEqualTo(copy);
            decoded.values()[0] = 17;
            decoded.shape()[0] = 17;
            // Other work in between leaves no trace.
            codec.encode(TestTensors.normal(900, 8), new int[] {900}, compression, new SplittableRandom(6));
            assertThat(codec.encode(values, shape, compression, new SplittableRandom(5))
                            .frame())
                    .isEqualTo(frame);
            assertThat(shape).containsExactly(6, 100);
        }
    }

    @Test
    void manyThreadsGetTheFramesOfOne() throws Exception {
        float[] values = TestTensors.vitLike(40, 96, 4);
        int[] shape = {40, 96};
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (Coder coder : Coder.values()) {
                var compression = new Quantised(0.25, 15, coder);
                byte[] expected = codec.encode(values, shape, compression, new SplittableRandom(3))
                        .frame();
                float[] expectedValues = codec.decode(expected, shape).values();
                List<Callable<Boolean>> tasks = new ArrayList<>();
                for (int i = 0; i < 32; i++) {
                    tasks.add(() -> {
                        byte[] frame = codec.encode(values, shape, compression, new SplittableRandom(3))
                                .frame();
                        assertThat(frame).isEqualTo(expected);
                        assertThat(codec.decode(frame, shape).values()).isEqualTo(expectedValues);
                        return true;
                    });
                }
                for (Future<Boolean> done : threads.invokeAll(tasks)) {
                    assertThat(done.get()).isTrue();
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void wrongArgumentsAreNamed() {
        var compression = new Quantised(0.5, 7, Coder.RAW);
        var random = new SplittableRandom(1);
        assertThatThrownBy(() -> codec.encode(new float[5], new int[] {2, 3}, compression, random))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("values has 5 elements, but the shape has 6.");
        assertThatThrownBy(() -> codec.encode(new float[0], new int[] {0, 3}, compression, random))
                .hasMessage("dimension (0) must be > 0.");
        assertThatThrownBy(() -> codec.encode(new float[1], new int[9], compression, random))
                .hasMessage("shape has 9 dimensions; at most 8 are allowed.");
        assertThatThrownBy(() -> codec.decode(new byte[20], new int[] {1 << 20, 1 << 20}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("shape has more than 268435456 elements.");
        float[] bad = {1, 2, Float.NaN};
        assertThatThrownBy(() -> codec.encode(bad, new int[] {3}, compression, random))
                .hasMessage("values[2] (NaN) must be finite.");
        assertThatThrownBy(() -> codec.encode(bad, new int[] {3}, new None(FloatFormat.FP32), random))
                .hasMessage("values[2] (NaN) must be finite.");
        assertThatThrownBy(
                        () -> codec.encodeOnMask(bad, new int[] {3}, Mask.of(true, true, false), compression, random))
                .hasMessage("values[2] (NaN) must be finite.");
        assertThatThrownBy(() -> codec.encodeOnMask(new float[3], new int[] {3}, Mask.all(4), compression, random))
                .hasMessage("mask is of 4 elements, but the shape has 3.");
        assertThatThrownBy(() ->
                        codec.encodeOnMask(new float[2], new int[] {2}, Mask.of(false, false), compression, random))
                .hasMessage("mask.kept() (0) must be > 0.");
    }

    @Test
    void compressionsCheckAndDescribeThemselves() {
        assertThatThrownBy(() -> new Quantised(0, 7, Coder.RAW)).hasMessage("keep (0.0) must lie in (0, 1].");
        assertThatThrownBy(() -> new Quantised(Double.NaN, 7, Coder.RAW)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Quantised(1, 0, Coder.RAW)).hasMessage("levels (0) must lie in [1, 65535].");
        assertThatThrownBy(() -> new Quantised(1, 65_536, Coder.RAW)).isInstanceOf(IllegalArgumentException.class);
        assertThat(new Quantised(0.2, 7, Coder.GOLOMB).describe()).isEqualTo("keep 0.2, 7 levels, golomb");
        assertThat(new Quantised(0.2, 7, Coder.GOLOMB, Rounding.NEAREST, Points.FITTED).describe())
                .isEqualTo("keep 0.2, 7 levels, nearest, fitted, golomb");
        assertThatThrownBy(() -> new Quantised(1, 256, Coder.RAW, Rounding.NEAREST, Points.FITTED))
                .hasMessage("levels (256) must be <= 255 with fitted points.");
        assertThat(new None(FloatFormat.BF16).describe()).isEqualTo("uncompressed bf16");
        assertThat(new Quantised(0.2, 7, Coder.RAW).bitsPerLevel()).isEqualTo(3);
        assertThat(new Quantised(0.2, 8, Coder.RAW).bitsPerLevel()).isEqualTo(4);
    }

    @Test
    void theNumberKeptIsRoundedHalfUpAndAtLeastOne() {
        assertThat(new Quantised(0.25, 7, Coder.RAW).keptOf(10)).isEqualTo(3);
        assertThat(new Quantised(0.24, 7, Coder.RAW).keptOf(10)).isEqualTo(2);
        assertThat(new Quantised(0.2, 7, Coder.RAW).keptOf(64 * 197 * 768)).isEqualTo(1_936_589);
        assertThat(new Quantised(1e-9, 7, Coder.RAW).keptOf(10)).isEqualTo(1);
        assertThat(new Quantised(0.9999, 7, Coder.RAW).keptOf(10)).isEqualTo(10);
        assertThat(new Quantised(1, 7, Coder.RAW).keptOf(1 << 28)).isEqualTo(1 << 28);
    }
}
