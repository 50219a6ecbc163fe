package io.splittune.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.splittune.codec.Coder;
import io.splittune.codec.Compression;
import io.splittune.codec.FloatFormat;
import io.splittune.codec.Mask;
import io.splittune.tensor.testing.LeakChecked;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

@LeakChecked
class CompressedTrainingTest {
    @Test
    void countsEveryByteOfTheFrames() throws IOException {
        try (TinyRun run = TinyRun.sft(1)) {
            Traffic none = run.inProcess(2, 2, TinyRun.NONE).traffic();
            // 44 samples, 17 tokens, width 24, fp32.
            assertThat(none.activationRawBytes()).isEqualTo(44L * 17 * 24 * 4);
            assertThat(none.gradientRawBytes()).isEqualTo(44L * 17 * 24 * 4);
            assertThat(none.activationFrameBytes()).isGreaterThan(none.activationRawBytes());
            assertThat(none.bytesUp()).isGreaterThan(none.activationFrameBytes());
            assertThat(none.bytesDown()).isGreaterThan(none.gradientFrameBytes());
        }
    }

    @Test
    void aSharedMaskHalvesTheGradientsOrBetter() throws IOException {
        try (TinyRun run = TinyRun.sft(1)) {
            CutCompression own = new CutCompression(TinyRun.PAPER.activations(), TinyRun.PAPER.gradients(), false);
            Traffic shared = run.inProcess(1, 2, TinyRun.PAPER).traffic();
            Traffic separate = run.inProcess(1, 2, own).traffic();
            assertThat(shared.compressionRatioUp()).isGreaterThan(8);
            assertThat(2 * shared.gradientFrameBytes()).isLessThan((long) (1.4 * separate.gradientFrameBytes()));
        }
    }

    @Test
    void fineQuantisationTrainsAlmostLikeNoCompression() throws IOException {
        CutCompression fine = new CutCompression(
                new Compression.Quantised(1, 65535, Coder.RAW), new Compression.Quantised(1, 65535, Coder.RAW), false);
        try (TinyRun run = TinyRun.sft(2)) {
            double[] exact = TinyRun.losses(run.inProcess(1, 2, TinyRun.NONE));
            double[] quantised = TinyRun.losses(run.inProcess(1, 2, fine));
            for (int round = 0; round < exact.length; round++) {
                assertThat(quantised[round]).isCloseTo(exact[round], within(1e-3 * exact[round]));
            }
        }
    }

    @Test
    void aDroppedElementGetsNoGradient() {
        CutCodec codec = new CutCodec();
        float[] gradient = {1, 2, 3, 4};
        Mask mask = Mask.of(true, false, false, true);
        CutCompression own =
                new CutCompression(TinyRun.PAPER.activations(), new Compression.None(FloatFormat.FP32), false);
        byte[] frame = codec.encodeGradient(gradient, new int[] {4}, own, mask, new SplittableRandom(1));
        assertThat(codec.decodeGradient(frame, new int[] {4}, own, mask)).containsExactly(1, 0, 0, 4);
    }

    @Test
    void theWireFormOfACompressionReadsBack() {
        assertThat(CutCompression.fromBytes(TinyRun.PAPER.toBytes())).isEqualTo(TinyRun.PAPER);
        CutCompression fitted = new CutCompression(
                new Compression.Quantised(
                        0.3, 3, Coder.ADAPTIVE, Compression.Rounding.NEAREST, Compression.Points.FITTED),
                TinyRun.PAPER.gradients(),
                false);
        assertThat(CutCompression.fromBytes(fitted.toBytes())).isEqualTo(fitted);
        CutCompression none = CutCompression.none(FloatFormat.BF16);
        assertThat(CutCompression.fromBytes(none.toBytes())).isEqualTo(none);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CutCompression.fromBytes("0.2/7".getBytes(StandardCharsets.US_ASCII)))
                .withMessage("'0.2/7' is not a compression: it needs 3 parts.");
    }
}
