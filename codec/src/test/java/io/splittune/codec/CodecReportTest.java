package io.splittune.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.splittune.codec.Compression.None;
import io.splittune.codec.Compression.Quantised;
import io.splittune.core.Ticker;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CodecReportTest {
    private final ActivationCodec codec = new ActivationCodec();

    @Test
    void passThroughHasNoErrorAndItsPayloadAsBound() {
        CodecReport report = codec.analyse(
                TestTensors.normal(1_000, 1), new int[] {1_000}, new None(FloatFormat.FP32), false, random(), clock());
        assertThat(report.elements()).isEqualTo(1_000);
        assertThat(report.rawBytes()).isEqualTo(4_000);
        assertThat(report.encodedBytes()).isEqualTo(4_000 + 3 + 3 + 2 + 4);
        assertThat(report.entropyBoundBytes()).isEqualTo(4_000);
        assertThat(report.meanSquaredError()).isZero();
        assertThat(report.maxAbsoluteError()).isZero();
        assertThat(report.ratio()).isEqualTo(4_000.0 / 4_012);
    }

    @Test
    void speedsAreRawBytesOverTheClocksTime() {
        // Every look at the clock is a microsecond after the one before.
        CodecReport report = codec.analyse(
                TestTensors.normal(1_000, 1), new int[] {1_000}, new None(FloatFormat.FP32), false, random(), clock());
        assertThat(report.encodeBytesPerSecond()).isCloseTo(4e9, within(1.0));
        assertThat(report.decodeBytesPerSecond()).isCloseTo(4e9, within(1.0));
    }

    @Test
    void theBoundIsPositionsLevelsAndSigns() {
        // Half kept: one bit an element for positions; levels 0 and 1 evenly: one bit; one bit a sign.
        float[] values = {1, 2, 0, 0, -1, -2, 0, 0};
        var compression = new Quantised(0.5, 1, Coder.GOLOMB);
        CodecReport own = codec.analyse(values, new int[] {2, 4}, compression, false, random(), clock());
        CodecReport shared = codec.analyse(values, new int[] {2, 4}, compression, true, random(), clock());
        assertThat(own.entropyBoundBytes()).isCloseTo((8 + 4 + 4) / 8.0, within(1e-9));
        assertThat(shared.entropyBoundBytes()).isCloseTo((4 + 4) / 8.0, within(1e-9));
        assertThat(own.meanSquaredError()).isZero();
    }

    @Test
    void errorsCountDroppedElements() {
        float[] values = {4, -1, 0, 4};
        CodecReport report =
                codec.analyse(values, new int[] {4}, new Quantised(0.5, 7, Coder.RAW), false, random(), clock());
        assertThat(report.meanSquaredError()).isEqualTo(0.25);
        assertThat(report.maxAbsoluteError()).isEqualTo(1);
    }

    @Test
    void aSharedMaskNeedsQuantisation() {
        assertThatThrownBy(() ->
                        codec.analyse(new float[4], new int[] {4}, new None(FloatFormat.BF16), true, random(), clock()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A shared mask needs a quantised compression, not \"uncompressed bf16\".");
    }

    private static SplittableRandom random() {
        return new SplittableRandom(1);
    }

    private static Ticker clock() {
        AtomicLong nanos = new AtomicLong();
        return () -> nanos.addAndGet(1_000);
    }
}
