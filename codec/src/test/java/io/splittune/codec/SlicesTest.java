package io.splittune.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.codec.Compression.Points;
import io.splittune.codec.Compression.Quantised;
import io.splittune.codec.Compression.Rounding;
import io.splittune.testkit.Property;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Large tensors, cut into slices that several threads code. */
class SlicesTest {
    /** Samples of 61 x 479: slices begin inside a word of a mask. */
    private static final int[] SHAPE = {75, 61, 479};

    private static final int ELEMENTS = 75 * 61 * 479;
    private static final float[] VALUES = TestTensors.vitLike(75 * 61, 479, 5);

    private final ActivationCodec alone = new ActivationCodec();
    private final ActivationCodec several = new ActivationCodec(3);

    @Test
    void theShapeAloneDecidesHowManySlicesThereAre() {
        assertThat(slices(64, 17, 192)).isEqualTo(1);
        assertThat(slices(8, 197, 768)).isEqualTo(1);
        assertThat(slices(64, 197, 768)).isEqualTo(8);
        assertThat(slices(1 << 20, 16, 16)).isEqualTo(16);
        assertThat(slices(3, 1 << 12, 1 << 12)).isEqualTo(2);
        // One sample.
        assertThat(slices(1 << 12, 1 << 12)).isEqualTo(1);
        assertThat(slices()).isEqualTo(1);
    }

    @Test
    void slicesAreWholeSamplesAndCoverAll() {
        Property.forAll(200, random -> {
            int[] shape = {1 + random.nextInt(40), 2 + random.nextInt(60), 1_000 + random.nextInt(3_000)};
            RowLayout layout = RowLayout.of(shape);
            Slices slices = Slices.of(layout);
            assertThat(slices.from(0)).isZero();
            assertThat(slices.from(slices.count())).isEqualTo(layout.elements());
            for (int slice = 0; slice < slices.count(); slice++) {
                assertThat(slices.elements(slice)).isPositive();
                assertThat(slices.from(slice) % (shape[1] * shape[2])).isZero();
                assertThat(slices.layout(slice).rows() % shape[1]).isZero();
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void anyNumberOfThreadsGivesTheSameFrameAndValues(Coder coder) {
        for (Quantised compression : new Quantised[] {
            new Quantised(0.2, 7, coder),
            new Quantised(1, 3, coder),
            new Quantised(0.1, 7, coder, Rounding.NEAREST, Points.FITTED)
        }) {
            Encoded one = alone.encode(VALUES, SHAPE, compression, new SplittableRandom(1));
            Encoded three = several.encode(VALUES, SHAPE, compression, new SplittableRandom(1));
            assertThat(three.frame()).isEqualTo(one.frame());
            assertThat(three.mask())
                    .isEqualTo(new TopK()
                            .select(VALUES, compression.keptOf(ELEMENTS))
                            .mask());
            Decoded decoded = several.decode(one.frame(), SHAPE);
            assertThat(decoded.values())
                    .isEqualTo(alone.decode(one.frame(), SHAPE).values());
            assertThat(decoded.mask()).isEqualTo(one.mask());
            requireWithinAStep(decoded, one.mask(), compression.levels());

            Encoded shared = several.encodeOnMask(VALUES, SHAPE, one.mask(), compression, new SplittableRandom(2));
            assertThat(alone.encodeOnMask(VALUES, SHAPE, one.mask(), compression, new SplittableRandom(2))
                            .frame())
                    .isEqualTo(shared.frame());
            requireWithinAStep(
                    several.decodeOnMask(shared.frame(), one.mask(), SHAPE), one.mask(), compression.levels());
        }
    }

    private static void requireWithinAStep(Decoded decoded, Mask mask, int levels) {
        QuantiserRange range = Quantiser.rangeOf(VALUES, 0, mask, levels);
        int wrong = 0;
        for (int i = 0; i < ELEMENTS; i++) {
            double value = decoded.values()[i];
            boolean sound = mask.isKept(i)
                    ? Math.abs(value - VALUES[i]) <= 1.001 * range.step() && value * VALUES[i] >= 0
                    : value == 0;
            wrong += sound ? 0 : 1;
        }
        assertThat(wrong).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void slicesThatKeepNothingOrAllComeBack(Coder coder) {
        // The first slice holds everything that is kept, and is full.
        float[] values = new float[ELEMENTS];
        int first = Slices.of(RowLayout.of(SHAPE)).elements(0);
        Arrays.fill(values, 0, first, 2);
        values[first - 1] = -3;
        var compression = new Quantised((double) first / ELEMENTS, 1, coder);
        Encoded encoded = several.encode(values, SHAPE, compression, new SplittableRandom(1));
        assertThat(encoded.mask().kept()).isEqualTo(first);
        assertThat(several.decode(encoded.frame(), SHAPE).values()).isEqualTo(values);
        assertThat(several.decode(encoded.frame(), SHAPE).mask()).isEqualTo(encoded.mask());
    }

    @Test
    void everySliceHasDrawsOfItsOwn() {
        // Two equal slices that are drawn alike would be equal again.
        float[] half = TestTensors.normal(1 << 20, 1);
        float[] values = Arrays.copyOf(half, 2 << 20);
        System.arraycopy(half, 0, values, 1 << 20, 1 << 20);
        int[] shape = {2, 1 << 10, 1 << 10};
        float[] decoded = alone.decode(
                        alone.encode(values, shape, new Quantised(1, 7, Coder.RAW), new SplittableRandom(1))
                                .frame(),
                        shape)
                .values();
        assertThat(Arrays.copyOf(decoded, 1 << 20)).isNotEqualTo(Arrays.copyOfRange(decoded, 1 << 20, 2 << 20));
    }

    @Test
    void countsOfSlicesThatDoNotAddUpAreRefused() {
        byte[] frame = alone.encode(VALUES, SHAPE, new Quantised(0.001, 7, Coder.RAW), new SplittableRandom(1))
                .frame();
        // Behind the prefix (9 bytes), K, E and the range lie the counts of the slices.
        int kept = new Quantised(0.001, 7, Coder.RAW).keptOf(ELEMENTS);
        int place = 3 + 3 + 4 + FrameWriter.varintLength(kept) + 1 + 8;
        byte[] body = Arrays.copyOf(frame, frame.length - 4);
        body[place] ^= 1;
        byte[] lie = FrameBuilder.sealed(body);
        assertThatThrownBy(() -> several.decode(lie, SHAPE))
                .isInstanceOf(MalformedFrameException.class)
                .hasMessageContaining("slices keep ")
                .hasMessageContaining("elements, expected " + kept);
    }

    @Test
    void noByteOfASlicedFrameMakesItUnsound() {
        byte[] frame = alone.encode(VALUES, SHAPE, new Quantised(0.0001, 7, Coder.ADAPTIVE), new SplittableRandom(1))
                .frame();
        Property.forAll(20, random -> {
            byte[] body = Arrays.copyOf(frame, frame.length - 4);
            body[random.nextInt(6, body.length)] = (byte) random.nextInt();
            try {
                for (float value :
                        several.decode(FrameBuilder.sealed(body), SHAPE).values()) {
                    assertThat(Float.isFinite(value)).isTrue();
                }
            } catch (MalformedFrameException refused) {
                assertThat(refused.offset()).isBetween(0, frame.length);
            }
        });
    }

    @Test
    void workersDoEveryTaskOnceAndReportTheFirstFailure() {
        for (int threads = 1; threads <= 4; threads++) {
            var workers = new Workers(threads);
            AtomicIntegerArray done = new AtomicIntegerArray(100);
            workers.forEach(100, done::incrementAndGet);
            for (int i = 0; i < 100; i++) {
                assertThat(done.get(i)).isEqualTo(1);
            }
            assertThatThrownBy(() -> workers.forEach(50, i -> {
                        if (i % 20 == 7) {
                            throw new IllegalStateException("task " + i);
                        }
                    }))
                    .hasMessage("task 7");
        }
        assertThatThrownBy(() -> new ActivationCodec(0)).hasMessage("threads (0) must be > 0.");
    }

    private static int slices(int... shape) {
        return Slices.of(RowLayout.of(shape)).count();
    }
}
