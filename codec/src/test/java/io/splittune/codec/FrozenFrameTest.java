package io.splittune.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.codec.Compression.None;
import io.splittune.codec.Compression.Points;
import io.splittune.codec.Compression.Quantised;
import io.splittune.codec.Compression.Rounding;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Frames of version 3, byte for byte, as they were first written. The files are never made anew: bytes that must change
 * are a new version of {@link FrameFormat}. Frames are never kept, so an older version is refused by its name.
 */
class FrozenFrameTest {
    private static final int[] SHAPE = {2, 9, 32};
    private static final long SEED = 20_260_101;

    @SuppressWarnings("ImmutableEnumChecker") // Every Compression is a record of values.
    enum Frozen {
        FP32(new None(FloatFormat.FP32), false),
        BF16(new None(FloatFormat.BF16), false),
        RAW(new Quantised(0.2, 7, Coder.RAW), false),
        RAW_COLUMNS(new Quantised(0.02, 7, Coder.RAW), false),
        RAW_SHARED(new Quantised(0.2, 7, Coder.RAW), true),
        GOLOMB(new Quantised(0.2, 7, Coder.GOLOMB), false),
        GOLOMB_DENSE(new Quantised(1, 7, Coder.GOLOMB), false),
        GOLOMB_DENSE_WIDE(new Quantised(1, 511, Coder.GOLOMB), false),
        GOLOMB_SHARED(new Quantised(0.2, 7, Coder.GOLOMB), true),
        ADAPTIVE(new Quantised(0.2, 7, Coder.ADAPTIVE), false),
        ADAPTIVE_TREE(new Quantised(0.4, 63, Coder.ADAPTIVE), false),
        ADAPTIVE_DENSE_WIDE(new Quantised(1, 1_023, Coder.ADAPTIVE), false),
        ADAPTIVE_SHARED(new Quantised(0.2, 7, Coder.ADAPTIVE), true),
        NEAREST_FITTED(new Quantised(0.2, 7, Coder.ADAPTIVE, Rounding.NEAREST, Points.FITTED), false),
        STOCHASTIC_FITTED_SHARED(new Quantised(0.2, 7, Coder.GOLOMB, Rounding.STOCHASTIC, Points.FITTED), true);

        private final Compression compression;
        private final boolean shared;

        Frozen(Compression compression, boolean shared) {
            this.compression = compression;
            this.shared = shared;
        }

        byte[] encode() {
            var codec = new ActivationCodec();
            var random = new SplittableRandom(SEED);
            return shared
                    ? codec.encodeOnMask(input(), SHAPE, mask(), (Quantised) compression, random)
                            .frame()
                    : codec.encode(input(), SHAPE, compression, random).frame();
        }

        float[] decode(byte[] frame) {
            var codec = new ActivationCodec();
            return (shared ? codec.decodeOnMask(frame, mask(), SHAPE) : codec.decode(frame, SHAPE)).values();
        }

        private static Mask mask() {
            return new TopK().select(input(), 150).mask();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSameInputStillGivesTheSameBytes(Frozen frozen) {
        assertThat(frozen.encode()).isEqualTo(resource(frozen + ".frame"));
    }

    @ParameterizedTest
    @EnumSource
    void theSameBytesStillGiveTheSameValues(Frozen frozen) {
        float[] expected = new ActivationCodec()
                .decode(resource(frozen + ".values"), SHAPE)
                .values();
        assertThat(frozen.decode(resource(frozen + ".frame"))).isEqualTo(expected);
    }

    @Test
    void aTensorOfTwoSlicesStillGivesTheSameBytes() {
        float[] values = new float[1 << 21];
        int state = 1;
        for (int i = 0; i < values.length; i++) {
            state = state * 1_664_525 + 1_013_904_223;
            values[i] = (state >> 8) * 0x1p-24f;
        }
        int[] shape = {2, 1_024, 1_024};
        byte[] frame = new ActivationCodec()
                .encode(values, shape, new Quantised(0.0005, 7, Coder.ADAPTIVE), new SplittableRandom(SEED))
                .frame();
        assertThat(frame).isEqualTo(resource("SLICED.frame"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aFrameOfAnOlderVersionIsRefusedByItsVersion(int version) {
        byte[] frame = bytes("/frames/v" + version + "/ADAPTIVE.frame");
        assertThatThrownBy(() -> new ActivationCodec().decode(frame, SHAPE))
                .isInstanceOf(MalformedFrameException.class)
                .hasMessage("Malformed tensor frame at byte 3: version " + version + "; only version 3 is known");
    }

    /** Channels of different scale from plain arithmetic, the same on every machine. */
    private static float[] input() {
        float[] values = new float[2 * 9 * 32];
        int state = 1;
        for (int i = 0; i < values.length; i++) {
            state = state * 1_664_525 + 1_013_904_223;
            int channel = i % 32;
            values[i] = (state >> 8) * 0x1p-24f * (1 + channel * channel * channel);
        }
        return values;
    }

    private static byte[] resource(String name) {
        return bytes("/frames/v3/" + name);
    }

    private static byte[] bytes(String name) {
        try (InputStream in = FrozenFrameTest.class.getResourceAsStream(name)) {
            assertThat(in).as(name).isNotNull();
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
