package io.splittune.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.splittune.codec.Compression.Quantised;
import io.splittune.testkit.Property;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The ratios that the paper prints, from whole encoded frames. */
class CompressionRatioTest {
    private static final int TOKENS = 197;
    private static final int WIDTH = 768;
    private static final int[] SHAPE = {4, TOKENS, WIDTH};
    private static final int ELEMENTS = 4 * TOKENS * WIDTH;

    private final ActivationCodec codec = new ActivationCodec();

    @Test
    void columnIndicesWithThreeBitsAndSignGiveElevenFold() {
        // 0.2 of the elements at 10 + 3 + 1 bits is 11.4; a count per row, without which nobody can tell the rows
        // apart,
        // takes another 10 bits of 768 elements.
        int kept = new Quantised(0.2, 7, Coder.RAW).keptOf(ELEMENTS);
        long bits = RawPositions.columnBits(ELEMENTS, WIDTH, kept) + kept * 4L;
        assertThat(32.0 * ELEMENTS / (bits - TOKENS * 4 * 10)).isCloseTo(11.43, within(0.01));
        assertThat(32.0 * ELEMENTS / bits).isCloseTo(11.38, within(0.01));
    }

    @Test
    void theRiceParameterAndItsBitsAreTheKnownOnes() {
        assertThat(RicePositions.parameter(0.2)).isEqualTo(2);
        assertThat(RicePositions.parameter(0.5)).isZero();
        assertThat(RicePositions.parameter(0.999)).isZero();
        assertThat(RicePositions.parameter(0.05)).isEqualTo(4);
        float[] values = TestTensors.normal(ELEMENTS, 1);
        Mask mask = new TopK()
                .select(values, new Quantised(0.2, 7, Coder.GOLOMB).keptOf(ELEMENTS))
                .mask();
        double bitsPerIndex = 8.0 * RicePositions.write(mask).length() / mask.kept();
        assertThat(bitsPerIndex).isCloseTo(3.694, within(0.01));
        // With 3 bits of level and one of sign.
        assertThat(32 / (0.2 * (bitsPerIndex + 4))).isCloseTo(20.8, within(0.05));
    }

    @Test
    void golombIsTwentyFoldAndMoreOnIndependentValues() {
        float[] values = TestTensors.normal(ELEMENTS, 1);
        double ratio = ratio(values, new Quantised(0.2, 7, Coder.GOLOMB));
        assertThat(ratio).isGreaterThan(20.8);
    }

    @Test
    void golombStaysNearTheBoundOfIndependentElements() {
        float[] values = TestTensors.normal(ELEMENTS, 1);
        CodecReport report = codec.analyse(
                values, SHAPE, new Quantised(0.2, 7, Coder.GOLOMB), false, new SplittableRandom(1), System::nanoTime);
        assertThat((double) report.encodedBytes())
                .isBetween(report.entropyBoundBytes(), 1.03 * report.entropyBoundBytes());
    }

    @Test
    void adaptiveCodesWhatIsIndependentAtNearlyItsEntropy() {
        float[] values = TestTensors.normal(ELEMENTS, 1);
        CodecReport report = codec.analyse(
                values, SHAPE, new Quantised(0.2, 7, Coder.ADAPTIVE), false, new SplittableRandom(1), System::nanoTime);
        assertThat((double) report.encodedBytes()).isLessThan(1.02 * report.entropyBoundBytes());
    }

    @Test
    void adaptiveNeverLosesToGolombByMoreThanHalfAPercentOnIndependentMasks() {
        Property.forAll(150, random -> {
            int columns = 1 + random.nextInt(200);
            int[] shape = {1 + random.nextInt(8), 1 + random.nextInt(40), columns};
            float[] values = TestTensors.normal(FrameFormat.elementsOf(shape), random.nextLong());
            double keep = Math.pow(random.nextDouble(), 2);
            int levels = 1 + random.nextInt(16);
            long seed = random.nextLong();
            int golomb = codec.encode(
                            values, shape, new Quantised(keep, levels, Coder.GOLOMB), new SplittableRandom(seed))
                    .frame()
                    .length;
            int adaptive = codec.encode(
                            values, shape, new Quantised(keep, levels, Coder.ADAPTIVE), new SplittableRandom(seed))
                    .frame()
                    .length;
            assertThat((double) adaptive).isLessThanOrEqualTo(1.005 * golomb);
        });
    }

    @Test
    void gradientsWhoseRowsDifferAreToldByTheirRows() {
        // Half of the rows are a hundredth of the others: a row's first level says the rest.
        float[] values = TestTensors.normal(ELEMENTS, 3);
        for (int i = 0; i < ELEMENTS; i++) {
            values[i] *= i / WIDTH % 2 == 0 ? 1 : 0.01f;
        }
        Mask mask =
                new TopK().select(TestTensors.normal(ELEMENTS, 4), ELEMENTS / 5).mask();
        var compression = new Quantised(0.2, 7, Coder.ADAPTIVE);
        byte[] frame = codec.encodeOnMask(values, SHAPE, mask, compression, new SplittableRandom(1))
                .frame();
        QuantisedTensor tensor = TestTensors.quantise(values, mask, 7, new SplittableRandom(1));
        assertThat((double) frame.length).isLessThan(0.9 * EntropyBound.perChannelBytes(tensor, WIDTH, false));
    }

    @Test
    void adaptiveGoesFarBelowGolombWhereChannelsDiffer() {
        float[] values = TestTensors.vitLike(4 * TOKENS, WIDTH, 5);
        var golomb = new Quantised(0.2, 7, Coder.GOLOMB);
        var adaptive = new Quantised(0.2, 7, Coder.ADAPTIVE);
        assertThat(ratio(values, adaptive)).isGreaterThan(1.5 * ratio(values, golomb));
        assertThat(ratio(values, new Quantised(1, 7, Coder.ADAPTIVE)))
                .isGreaterThan(1.2 * ratio(values, new Quantised(1, 7, Coder.GOLOMB)));
    }

    @Test
    void adaptiveLearnsFromASingleSample() {
        float[] values = TestTensors.vitLike(TOKENS, WIDTH, 5);
        int[] shape = {TOKENS, WIDTH};
        int golomb = codec.encode(values, shape, new Quantised(0.2, 7, Coder.GOLOMB), new SplittableRandom(1))
                .frame()
                .length;
        int adaptive = codec.encode(values, shape, new Quantised(0.2, 7, Coder.ADAPTIVE), new SplittableRandom(1))
                .frame()
                .length;
        assertThat(adaptive).isLessThan(golomb * 7 / 10);
    }

    @Test
    void aSharedMaskSavesAboutHalf() {
        float[] values = TestTensors.vitLike(4 * TOKENS, WIDTH, 5);
        for (Coder coder : Coder.values()) {
            var compression = new Quantised(0.2, 7, coder);
            Encoded own = codec.encode(values, SHAPE, compression, new SplittableRandom(1));
            Encoded shared = codec.encodeOnMask(values, SHAPE, own.mask(), compression, new SplittableRandom(1));
            assertThat(shared.frame().length).isLessThan(own.frame().length * 6 / 10);
        }
    }

    @Test
    void theHeaderOfABatchIsShort() {
        Encoded scalar = codec.encode(
                new float[] {1}, new int[0], new Compression.None(FloatFormat.FP32), new SplittableRandom(1));
        assertThat(scalar.frame().length).isEqualTo(6 + 4 + 4);
        Encoded small = codec.encode(
                TestTensors.normal(8, 1), new int[] {8}, new Quantised(1, 1, Coder.RAW), new SplittableRandom(1));
        assertThat(small.frame().length).isLessThan(32);
    }

    private double ratio(float[] values, Quantised compression) {
        Encoded encoded = codec.encode(values, SHAPE, compression, new SplittableRandom(1));
        return (double) Float.BYTES * values.length / encoded.frame().length;
    }
}
