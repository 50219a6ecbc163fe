package io.splittune.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.splittune.codec.Compression.Quantised;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Coverage-guided fuzzing. The default run tries the inputs of {@code resources/.../FrameFuzzTestInputs}; docs/codec.md has
 * the command that looks for new ones.
 */
class FrameFuzzTest {
    private static final int[][] SHAPES = {{3, 5, 16}, {70}, {2, 33, 3}, {}};
    private static final int HEADER_BYTES = 2;

    private final ActivationCodec codec = new ActivationCodec();

    /** The first byte picks a shape, the second whether a mask is shared; the rest is a frame without its checksum. */
    @FuzzTest(maxDuration = "5m")
    void anyFrameWithARightChecksumIsASoundTensorOrRefused(byte[] input) {
        if (input.length < HEADER_BYTES) {
            return;
        }
        int[] shape = SHAPES[input[0] & 3];
        int elements = FrameFormat.elementsOf(shape);
        byte[] frame = FrameBuilder.sealed(Arrays.copyOfRange(input, HEADER_BYTES, input.length));
        Decoded decoded;
        try {
            decoded = (input[1] & 1) != 0
                    ? codec.decodeOnMask(frame, everyThird(elements), shape)
                    : codec.decode(frame, shape);
        } catch (MalformedFrameException refused) {
            assertThat(refused.offset()).isBetween(0, frame.length);
            return;
        }
        assertThat(decoded.values()).hasSize(elements);
        for (int i = 0; i < elements; i++) {
            assertThat(Float.isFinite(decoded.values()[i])).isTrue();
            assertThat(decoded.mask().isKept(i) || decoded.values()[i] == 0).isTrue();
        }
    }

    /** Bytes 0 to 3 pick shape, coder, levels and kept fraction; the rest are values, over and over. */
    @FuzzTest(maxDuration = "5m")
    void whatWasEncodedDecodesToItsQuantisedValues(byte[] input) {
        if (input.length < 4 + Float.BYTES) {
            return;
        }
        int[] shape = SHAPES[input[0] & 3];
        float[] values = new float[FrameFormat.elementsOf(shape)];
        ByteBuffer floats = ByteBuffer.wrap(input, 4, input.length - 4).slice();
        for (int i = 0; i < values.length; i++) {
            int place = i * Float.BYTES % (floats.limit() - Float.BYTES + 1);
            float value = floats.getFloat(place);
            values[i] = Float.isFinite(value) ? value : place;
        }
        var compression = new Quantised(
                (1 + (input[3] & 0xff)) / 256.0, 1 << (input[2] & 15), Coder.ofCode(Math.floorMod(input[1], 3)));
        Encoded encoded = codec.encode(values, shape, compression, new SplittableRandom(1));
        QuantisedTensor expected =
                TestTensors.quantise(values, encoded.mask(), compression.levels(), new SplittableRandom(1));
        assertThat(codec.decode(encoded.frame(), shape).values()).isEqualTo(TestTensors.dequantise(expected));
        Encoded shared = codec.encodeOnMask(values, shape, encoded.mask(), compression, new SplittableRandom(1));
        assertThat(codec.decodeOnMask(shared.frame(), encoded.mask(), shape).values())
                .isEqualTo(TestTensors.dequantise(expected));
    }

    private static Mask everyThird(int elements) {
        boolean[] kept = new boolean[elements];
        for (int i = 0; i < elements; i += 3) {
            kept[i] = true;
        }
        return Mask.of(kept);
    }
}
