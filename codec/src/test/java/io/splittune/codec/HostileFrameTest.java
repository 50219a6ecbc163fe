package io.splittune.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.codec.Compression.None;
import io.splittune.codec.Compression.Points;
import io.splittune.codec.Compression.Quantised;
import io.splittune.codec.Compression.Rounding;
import io.splittune.testkit.Property;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes, decoding ends in a tensor of the expected shape or in {@link MalformedFrameException}. */
class HostileFrameTest {
    private static final int[] SHAPE = {3, 5, 16};
    private static final int ELEMENTS = 240;
    private static final float[] VALUES = TestTensors.vitLike(15, 16, 3);

    private final ActivationCodec codec = new ActivationCodec();

    /** A frame of every kind; the mask is the shared one. */
    @SuppressWarnings("ImmutableEnumChecker") // Every Compression is a record of values.
    enum Kind {
        FP32(new None(FloatFormat.FP32), false, 1),
        BF16(new None(FloatFormat.BF16), false, 1),
        RAW(new Quantised(0.3, 6, Coder.RAW), false, 3),
        RAW_COLUMNS(new Quantised(0.05, 6, Coder.RAW), false, 3),
        RAW_DENSE(new Quantised(1, 6, Coder.RAW), false, 2),
        RAW_SHARED(new Quantised(0.3, 6, Coder.RAW), true, 2),
        GOLOMB(new Quantised(0.3, 6, Coder.GOLOMB), false, 3),
        GOLOMB_DENSE(new Quantised(1, 6, Coder.GOLOMB), false, 2),
        GOLOMB_WIDE(new Quantised(1, 1_000, Coder.GOLOMB), false, 2),
        GOLOMB_SHARED(new Quantised(0.3, 6, Coder.GOLOMB), true, 2),
        ADAPTIVE(new Quantised(0.3, 6, Coder.ADAPTIVE), false, 1),
        ADAPTIVE_WIDE(new Quantised(0.3, 1_000, Coder.ADAPTIVE), false, 1),
        ADAPTIVE_DENSE(new Quantised(1, 12, Coder.ADAPTIVE), false, 1),
        ADAPTIVE_SHARED(new Quantised(0.3, 6, Coder.ADAPTIVE), true, 1),
        FITTED(new Quantised(0.3, 6, Coder.ADAPTIVE, Rounding.NEAREST, Points.FITTED), false, 1),
        FITTED_SHARED(new Quantised(0.3, 6, Coder.RAW, Rounding.STOCHASTIC, Points.FITTED), true, 2);

        final Compression compression;
        final boolean shared;
        final int sections;

        Kind(Compression compression, boolean shared, int sections) {
            this.compression = compression;
            this.shared = shared;
            this.sections = sections;
        }

        byte[] frame() {
            var codec = new ActivationCodec();
            var random = new SplittableRandom(7);
            return shared
                    ? codec.encodeOnMask(VALUES, SHAPE, mask(), (Quantised) compression, random)
                            .frame()
                    : codec.encode(VALUES, SHAPE, compression, random).frame();
        }

        Mask mask() {
            return new TopK().select(VALUES, 72).mask();
        }

        Decoded decode(byte[] frame) {
            var codec = new ActivationCodec();
            return shared ? codec.decodeOnMask(frame, mask(), SHAPE) : codec.decode(frame, SHAPE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSoundFrameDecodesAndTheBuilderReproducesIt(Kind kind) {
        assertThat(kind.decode(kind.frame()).values()).hasSize(ELEMENTS);
        assertThat(new FrameBuilder(kind.frame(), kind.sections).build()).isEqualTo(kind.frame());
    }

    @ParameterizedTest
    @EnumSource
    void truncationAtEveryByteIsNoticed(Kind kind) {
        byte[] frame = kind.frame();
        for (int length = 0; length < frame.length; length++) {
            byte[] cut = Arrays.copyOf(frame, length);
            assertThatThrownBy(() -> kind.decode(cut)).isInstanceOf(MalformedFrameException.class);
        }
        byte[] longer = Arrays.copyOf(frame, frame.length + 1);
        assertThatThrownBy(() -> kind.decode(longer)).isInstanceOf(MalformedFrameException.class);
    }

    @ParameterizedTest
    @EnumSource
    void truncationIsNoticedWithARightChecksumToo(Kind kind) {
        byte[] frame = kind.frame();
        for (int length = 0; length < frame.length - 4; length++) {
            byte[] cut = FrameBuilder.sealed(Arrays.copyOf(frame, length));
            assertThatThrownBy(() -> kind.decode(cut)).isInstanceOf(MalformedFrameException.class);
        }
        byte[] longer = FrameBuilder.sealed(Arrays.copyOf(frame, frame.length - 3));
        assertThatThrownBy(() -> kind.decode(longer)).isInstanceOf(MalformedFrameException.class);
    }

    @ParameterizedTest
    @EnumSource
    void everyBitFlipIsNoticed(Kind kind) {
        byte[] frame = kind.frame();
        for (int bit = 0; bit < 8 * frame.length; bit++) {
            byte[] flipped = frame.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> kind.decode(flipped)).isInstanceOf(MalformedFrameException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyBitFlipWithARightChecksumGivesASoundTensorOrARefusal(Kind kind) {
        byte[] frame = kind.frame();
        int refused = 0;
        for (int bit = 0; bit < 8 * (frame.length - 4); bit++) {
            byte[] body = Arrays.copyOf(frame, frame.length - 4);
            body[bit / 8] ^= (byte) (1 << bit % 8);
            refused += soundOrRefused(kind, FrameBuilder.sealed(body)) ? 0 : 1;
        }
        // At least the magic, version, kind, rank and shape are covered.
        assertThat(refused).isGreaterThan(8 * 8);
    }

    @ParameterizedTest
    @EnumSource
    void randomChangesWithARightChecksumGiveASoundTensorOrARefusal(Kind kind) {
        byte[] frame = kind.frame();
        int header = frame.length - 4 - Math.min(frame.length - 4, 200);
        Property.forAll(1_000, random -> {
            byte[] body = Arrays.copyOf(frame, frame.length - 4);
            for (int changes = 1 + random.nextInt(6); changes > 0; changes--) {
                body[random.nextInt(header, body.length)] = (byte) random.nextInt();
            }
            soundOrRefused(kind, FrameBuilder.sealed(body));
        });
    }

    @ParameterizedTest
    @EnumSource
    void sectionsOfRandomBytesGiveASoundTensorOrARefusal(Kind kind) {
        byte[] frame = kind.frame();
        Property.forAll(500, random -> {
            var builder = new FrameBuilder(frame, kind.sections);
            int index = random.nextInt(builder.sections.size());
            byte[] noise = new byte[random.nextInt(2 * builder.sections.get(index).length + 8)];
            random.nextBytes(noise);
            if (builder.lengths.isEmpty()) {
                builder.sections.set(index, noise);
            } else {
                builder.section(index, noise);
            }
            soundOrRefused(kind, builder.build());
        });
    }

    @Test
    void randomBytesAreRefused() {
        Property.forAll(3_000, random -> {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            if (random.nextBoolean() && noise.length > 4) {
                System.arraycopy(new byte[] {'S', 'F', 'T', FrameFormat.VERSION}, 0, noise, 0, 4);
            }
            byte[] frame = random.nextBoolean() ? FrameBuilder.sealed(noise) : noise;
            assertThatThrownBy(() -> codec.decode(frame, new int[] {64, 64}))
                    .isInstanceOf(MalformedFrameException.class);
        });
    }

    /** A change of one field, and what the decoder says. */
    record Lie(Kind kind, String reason, Consumer<FrameBuilder> change) {
        @Override
        public String toString() {
            return kind + ": " + reason;
        }
    }

    static Lie[] lies() {
        return new Lie[] {
            new Lie(Kind.RAW, "no tensor frame: the first bytes must be \"SFT\"", b -> b.magic[2] = 'X'),
            new Lie(Kind.RAW, "version 4; only version 3 is known", b -> b.version = 4),
            new Lie(Kind.RAW, "unknown kind 66", b -> b.kind |= 64),
            new Lie(Kind.RAW, "unknown kind 14", b -> b.kind = 14),
            new Lie(Kind.RAW, "unknown kind 3", b -> b.kind = 3),
            new Lie(Kind.FP32, "unknown kind 4", b -> b.kind = 4),
            new Lie(Kind.FP32, "unknown kind 16", b -> b.kind = 16),
            new Lie(Kind.FP32, "unknown kind 32", b -> b.kind = 32),
            new Lie(Kind.FITTED, "a first point below the range", b -> b.offsets[0] = -1),
            new Lie(Kind.FITTED, "a last point above the range", b -> b.offsets[6] = 1),
            new Lie(Kind.FITTED, "256 levels with fitted points", b -> b.levels = FrameBuilder.varint(256)),
            new Lie(Kind.FITTED, "the header ends early", b -> {
                b.levels = FrameBuilder.varint(255);
                b.section(0, new byte[1]);
            }),
            new Lie(Kind.RAW, "the frame is on a shared mask and none was given", b -> b.kind |= 16),
            new Lie(Kind.RAW_SHARED, "the frame is not on a shared mask", b -> b.kind &= ~16),
            new Lie(Kind.RAW, "rank 255, expected 3", b -> b.rank = 255),
            new Lie(Kind.RAW, "dimension 6, expected 5", b -> b.dimensions.set(1, FrameBuilder.varint(6))),
            new Lie(
                    Kind.RAW,
                    "dimension 34359738367, at most 2147483647",
                    b -> b.dimensions.set(1, FrameBuilder.varint((1L << 35) - 1))),
            new Lie(Kind.RAW, "dimension is no shortest varint", b -> b.dimensions.set(1, new byte[] {-123, 0})),
            new Lie(Kind.FP32, "a payload of 959 bytes for 240 values", b -> b.sections.set(0, new byte[959])),
            new Lie(
                    Kind.FP32,
                    "value NaN",
                    b -> System.arraycopy(FrameBuilder.f32(Float.NaN), 0, b.sections.get(0), 8, 4)),
            new Lie(
                    Kind.BF16,
                    "value -Infinity",
                    b -> System.arraycopy(new byte[] {(byte) 0x80, (byte) 0xff}, 0, b.sections.get(0), 8, 2)),
            new Lie(Kind.RAW, "no element is kept", b -> b.kept = new byte[] {0}),
            new Lie(Kind.RAW, "kept elements 241, at most 240", b -> b.kept = FrameBuilder.varint(241)),
            new Lie(Kind.RAW, "the bitmap keeps 72 elements, expected 71", b -> b.kept = FrameBuilder.varint(71)),
            new Lie(Kind.RAW, "0 levels", b -> b.levels = new byte[] {0}),
            new Lie(Kind.RAW, "levels 65536, at most 65535", b -> b.levels = FrameBuilder.varint(65_536)),
            new Lie(Kind.RAW, "range -0.0 to ", b -> b.low = FrameBuilder.f32(-0f)),
            new Lie(Kind.RAW, "range NaN to ", b -> b.low = FrameBuilder.f32(Float.NaN)),
            new Lie(Kind.RAW, "to Infinity", b -> b.high = FrameBuilder.f32(Float.POSITIVE_INFINITY)),
            new Lie(Kind.RAW, "to 0.0", b -> b.high = FrameBuilder.f32(0)),
            new Lie(Kind.RAW_SHARED, "the frame is on another mask", b -> b.maskChecksum[1] ^= 1),
            new Lie(Kind.RAW_SHARED, "the frame is on another mask", b -> b.kept = FrameBuilder.varint(73)),
            new Lie(
                    Kind.RAW,
                    "section length 2147483647, at most ",
                    b -> b.lengths.set(1, FrameBuilder.varint(Integer.MAX_VALUE))),
            new Lie(
                    Kind.RAW,
                    "a section of 46 bytes where 36 are left",
                    b -> b.lengths.set(1, FrameBuilder.varint(46))),
            new Lie(Kind.RAW, "bytes behind the last section", b -> b.lengths.set(2, new byte[] {1})),
            new Lie(Kind.RAW, "unknown layout of positions 2", b -> b.sections.get(0)[0] = 2),
            new Lie(Kind.RAW, "no positions", b -> b.section(0, new byte[0])),
            new Lie(
                    Kind.RAW,
                    "a bitmap of 29 bytes, expected 30",
                    b -> b.section(0, Arrays.copyOf(b.sections.get(0), 30))),
            new Lie(Kind.RAW_COLUMNS, "the columns keep ", b -> b.kept = FrameBuilder.varint(11)),
            new Lie(Kind.RAW_COLUMNS, "column 3 after 3 of 16", b -> {
                // A row of two elements (00010), both in column 3 (0011).
                b.sections.get(0)[1] = 0b0001_0001;
                b.sections.get(0)[2] = (byte) 0b1001_1000;
            }),
            new Lie(Kind.RAW, "level 7, at most 6", b -> Arrays.fill(b.sections.get(1), (byte) -1)),
            new Lie(Kind.RAW, "the section ends early", b -> b.section(1, new byte[26])),
            new Lie(Kind.RAW, "the section is longer than its content", b -> b.section(1, new byte[28])),
            new Lie(
                    Kind.RAW_COLUMNS,
                    "padding bits are not zero",
                    b -> b.sections.get(2)[1] |= (byte) 0x80),
            new Lie(Kind.GOLOMB, "Rice parameter 28", b -> b.sections.get(0)[0] = 28),
            new Lie(
                    Kind.GOLOMB,
                    "a run of more than 120 zero bits",
                    b -> b.section(0, withFirst(b.sections.get(0)[0], new byte[40]))),
            new Lie(Kind.GOLOMB, "the section ends early", b -> b.kept = FrameBuilder.varint(239)),
            new Lie(Kind.GOLOMB, "unknown layout of levels 7", b -> b.sections.get(1)[0] = 7),
            new Lie(Kind.GOLOMB_DENSE, "frequencies add up to ", b -> b.levels = FrameBuilder.varint(3)),
            new Lie(
                    Kind.GOLOMB_DENSE,
                    "the levels do not end with their section",
                    b -> b.section(0, Arrays.copyOf(b.sections.get(0), b.sections.get(0).length + 2))),
            new Lie(
                    Kind.GOLOMB_DENSE,
                    "the section ends early",
                    b -> b.section(0, Arrays.copyOf(b.sections.get(0), b.sections.get(0).length - 2))),
            new Lie(Kind.ADAPTIVE, "the section ends early", b -> b.section(0, new byte[3])),
            new Lie(
                    Kind.ADAPTIVE,
                    "the section is longer than its content",
                    b -> b.section(0, Arrays.copyOf(b.sections.get(0), b.sections.get(0).length + 1))),
            new Lie(Kind.ADAPTIVE, "a code beyond its range", b -> Arrays.fill(b.sections.get(0), (byte) -1)),
            new Lie(Kind.ADAPTIVE, "240 elements are kept, expected 72", b -> b.section(0, new byte[1_000])),
            new Lie(
                    Kind.ADAPTIVE,
                    "unknown contexts of levels 2",
                    b -> b.sections.get(0)[0] = 2),
            new Lie(Kind.ADAPTIVE_DENSE, "level 15, at most 12", b -> b.section(0, new byte[1_000])),
        };
    }

    @ParameterizedTest
    @MethodSource("lies")
    void oneFalseFieldWithARightChecksumIsNamed(Lie lie) {
        var builder = new FrameBuilder(lie.kind.frame(), lie.kind.sections);
        lie.change.accept(builder);
        byte[] frame = builder.build();
        assertThatThrownBy(() -> lie.kind.decode(frame)).isInstanceOfSatisfying(MalformedFrameException.class, e -> {
            assertThat(e.reason()).contains(lie.reason);
            assertThat(e.offset()).isBetween(0, frame.length);
            assertThat(e).hasMessage("Malformed tensor frame at byte " + e.offset() + ": " + e.reason());
        });
    }

    @Test
    void aLevelThatItsSymbolAllowsButTheRangeDoesNotIsNamed() {
        // 1001 and 1000 are of the same symbol; the largest magnitude is on the last point.
        float[] values = TestTensors.normal(20_000, 1);
        int[] shape = {20_000};
        byte[] frame = codec.encode(values, shape, new Quantised(1, 1_001, Coder.GOLOMB), new SplittableRandom(1))
                .frame();
        var builder = new FrameBuilder(frame, 2);
        assertThat(builder.sections.get(0)[0]).as("entropy-coded").isEqualTo((byte) 1);
        builder.levels = FrameBuilder.varint(1_000);
        assertThatThrownBy(() -> codec.decode(builder.build(), shape))
                .isInstanceOf(MalformedFrameException.class)
                .hasMessageContaining("level 1001, at most 1000");
    }

    @Test
    void aWrongChecksumIsNamed() {
        byte[] frame = Kind.RAW.frame();
        frame[frame.length - 1] ^= 1;
        assertThatThrownBy(() -> codec.decode(frame, SHAPE))
                .hasMessage("Malformed tensor frame at byte " + (frame.length - 4) + ": the checksum does not match");
    }

    @Test
    void aFrameOfAnotherShapeIsRefused() {
        byte[] frame = Kind.RAW.frame();
        assertThatThrownBy(() -> codec.decode(frame, new int[] {3, 80}))
                .isInstanceOf(MalformedFrameException.class)
                .hasMessageContaining("rank 3, expected 2");
        assertThatThrownBy(() -> codec.decode(frame, new int[] {3, 5, 17}))
                .isInstanceOf(MalformedFrameException.class)
                .hasMessageContaining("dimension 16, expected 17");
    }

    @Test
    void aRefusalAllocatesNoMoreThanTheExpectedShapeAllows() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (Lie lie : lies()) {
            var builder = new FrameBuilder(lie.kind.frame(), lie.kind.sections);
            lie.change.accept(builder);
            byte[] frame = builder.build();
            soundOrRefused(lie.kind, frame);
            long before = threads.getCurrentThreadAllocatedBytes();
            soundOrRefused(lie.kind, frame);
            // 240 elements are a kilobyte; the coders' tables and the test's own objects are the rest.
            assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                    .as(lie.toString())
                    .isLessThan(200_000);
        }
    }

    /** Returns whether the frame was decoded; fails on any other exception and on an unsound tensor. */
    private static boolean soundOrRefused(Kind kind, byte[] frame) {
        Decoded decoded;
        try {
            decoded = kind.decode(frame);
        } catch (MalformedFrameException refused) {
            return false;
        }
        assertThat(decoded.values()).hasSize(ELEMENTS);
        assertThat(decoded.mask().size()).isEqualTo(ELEMENTS);
        for (int i = 0; i < ELEMENTS; i++) {
            assertThat(Float.isFinite(decoded.values()[i])).isTrue();
            assertThat(decoded.mask().isKept(i) || decoded.values()[i] == 0).isTrue();
        }
        return true;
    }

    private static byte[] withFirst(byte first, byte[] bytes) {
        bytes[0] = first;
        return bytes;
    }
}
