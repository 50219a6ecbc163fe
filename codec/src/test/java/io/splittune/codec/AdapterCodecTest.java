package io.splittune.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.splittune.testkit.Property;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdapterCodecTest {
    private static final float[] SPECIAL = {
        0f,
        -0f,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        Float.MIN_NORMAL,
        Math.nextDown(Float.MIN_NORMAL),
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.NaN,
        Float.intBitsToFloat(0xffc1_2345),
        1f,
        -1f
    };

    private final AdapterCodec codec = new AdapterCodec();

    private static AdapterLayout layout(Map<String, FloatBuffer> tensors) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        tensors.forEach((name, values) -> shapes.put(name, new long[] {values.limit()}));
        return AdapterLayout.of(shapes);
    }

    private static float draw(RandomGenerator random, float[] like, int i, int kind) {
        return switch (kind) {
            case 0 -> SPECIAL[random.nextInt(SPECIAL.length)];
            case 1 -> Float.intBitsToFloat(random.nextInt());
            case 2 -> like[i] + (float) random.nextGaussian() * 1e-4f;
            default -> (float) random.nextGaussian();
        };
    }

    private static Map<String, FloatBuffer> tensors(RandomGenerator random, Map<String, FloatBuffer> like) {
        Map<String, FloatBuffer> tensors = new LinkedHashMap<>();
        like.forEach((name, other) -> {
            int kind = random.nextInt(5);
            float[] values = other.array().clone();
            for (int i = 0; i < values.length && kind != 4; i++) {
                values[i] = draw(random, other.array(), i, kind);
            }
            tensors.put(name, FloatBuffer.wrap(values));
        });
        return tensors;
    }

    private static Map<String, FloatBuffer> zeros(int... lengths) {
        Map<String, FloatBuffer> tensors = new LinkedHashMap<>();
        for (int i = 0; i < lengths.length; i++) {
            tensors.put("blocks." + i + (i % 2 == 0 ? ".lora_A" : ".lora_B"), FloatBuffer.allocate(lengths[i]));
        }
        return tensors;
    }

    private static void assertSameBits(Map<String, float[]> found, Map<String, FloatBuffer> expected) {
        assertThat(found.keySet()).containsExactlyElementsOf(expected.keySet());
        found.forEach((name, values) -> assertThat(bits(values))
                .as(name)
                .isEqualTo(bits(expected.get(name).array())));
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
        return bits;
    }

    @Test
    void everythingComesBackBitForBit() {
        Property.forAll(100, random -> {
            Map<String, FloatBuffer> form = zeros(random.nextInt(200), 1, random.nextInt(10_000), 0);
            Map<String, FloatBuffer> reference = tensors(random, form);
            Map<String, FloatBuffer> values = tensors(random, reference);
            reference.keySet().removeIf(name -> random.nextInt(4) == 0);
            AdapterLayout layout = layout(form);
            assertSameBits(codec.decode(codec.encode(layout, values, reference, 0), layout, reference), values);
        });
    }

    @Test
    void whatIsTheSameCostsNothing() {
        Map<String, FloatBuffer> zeros = zeros(5_000, 20_000);
        assertThat(codec.encode(layout(zeros), zeros, Map.of(), 0)).hasSizeLessThan(40);
        Map<String, FloatBuffer> trained = gaussian(1, 20_000, 0.02);
        assertThat(codec.encode(layout(trained), trained, trained, 0)).hasSizeLessThan(40);
    }

    /** The entropy of a normal variable, in units of its values' last bits, bounds what any code can do. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.25, 0.01})
    void comesCloseToTheEntropyOfNormalValues(double moved) {
        int n = 200_000;
        Map<String, FloatBuffer> before = gaussian(1, n, 0.02);
        Map<String, FloatBuffer> step = gaussian(2, n, 0.02 * moved);
        float[] after = before.get("lora_B").array().clone();
        double bits = 0;
        for (int i = 0; i < n; i++) {
            after[i] += step.get("lora_B").get(i);
            bits -= Math.log(Math.ulp(after[i])) / Math.log(2);
        }
        double scale = moved == 0 ? 0.02 : 0.02 * moved;
        bits += n * Math.log(scale * Math.sqrt(2 * Math.PI * Math.E)) / Math.log(2);
        Map<String, FloatBuffer> values = Map.of("lora_B", FloatBuffer.wrap(after));
        int length = codec.encode(layout(values), values, moved == 0 ? Map.of() : before, 0).length;
        assertThat(length * 8.0 / n).isBetween(bits / n, bits / n * 1.025);
    }

    private static Map<String, FloatBuffer> gaussian(int seed, int count, double scale) {
        var random = new SplittableRandom(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (random.nextGaussian() * scale);
        }
        return Map.of("lora_B", FloatBuffer.wrap(values));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 255, 256, 65_535})
    void quantisedDifferencesAreNoFurtherThanHalfAStep(int levels) {
        Map<String, FloatBuffer> before = gaussian(1, 5_000, 0.02);
        Map<String, FloatBuffer> after = gaussian(2, 5_000, 0.02);
        float[] from = before.get("lora_B").array();
        float[] to = after.get("lora_B").array();
        byte[] frame = codec.encode(layout(after), after, before, levels);
        float[] found = codec.decode(frame, layout(after), before).get("lora_B");
        double largest = 0;
        for (int i = 0; i < to.length; i++) {
            largest = Math.max(largest, Math.abs((double) to[i] - from[i]));
        }
        for (int i = 0; i < to.length; i++) {
            assertThat((double) found[i]).isCloseTo(to[i], within(largest / levels / 2 + 1e-8));
        }
        double bits = Math.log(2 * levels + 1) / Math.log(2);
        assertThat(frame.length * 8.0).isLessThan(5_000 * (bits + 0.1) + 400);
    }

    @Test
    void tensorsWithoutAReferenceOrWithoutFiniteDifferencesAreNotQuantised() {
        Map<String, FloatBuffer> before = zeros(3, 3, 3);
        Map<String, FloatBuffer> after = zeros(3, 3, 3);
        after.values().forEach(tensor -> tensor.put(0, 0.3f).put(1, -0.1234567f));
        after.get("blocks.1.lora_B").put(2, Float.NaN);
        before.remove("blocks.2.lora_A");
        Map<String, float[]> found = codec.decode(codec.encode(layout(after), after, before, 3), layout(after), before);
        assertThat(found.get("blocks.0.lora_A")).containsExactly(0.3f, -0.1f, 0f);
        assertThat(found.get("blocks.1.lora_B")).containsExactly(0.3f, -0.1234567f, Float.NaN);
        assertThat(found.get("blocks.2.lora_A")).containsExactly(0.3f, -0.1234567f, 0f);
    }

    @Test
    void everyBitAndEveryLengthIsChecked() {
        Map<String, FloatBuffer> values = gaussian(3, 40, 1);
        byte[] frame = codec.encode(layout(values), values, Map.of(), 0);
        for (int length = 0; length < frame.length; length++) {
            byte[] cut = Arrays.copyOf(frame, length);
            assertThatThrownBy(() -> codec.decode(cut, layout(values), Map.of()))
                    .isInstanceOf(MalformedFrameException.class);
        }
        for (int bit = 0; bit < 8 * frame.length; bit++) {
            byte[] damaged = frame.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> codec.decode(damaged, layout(values), Map.of()))
                    .isInstanceOf(MalformedFrameException.class);
        }
    }

    /** Damage that a liar gives a fitting checksum is refused or read as other values, and nothing else. */
    @Test
    void aLiarsFrameIsRefusedOrHarmless() {
        int[] refused = {0};
        Property.forAll(500, random -> {
            Map<String, FloatBuffer> before = tensors(random, zeros(300, 20));
            Map<String, FloatBuffer> after = tensors(random, before);
            byte[] frame = codec.encode(layout(after), after, before, random.nextInt(2) * 7);
            for (int i = random.nextInt(4); i >= 0; i--) {
                frame[AdapterCodec.MAGIC.length + 1 + random.nextInt(frame.length - 8)] = (byte) random.nextInt();
            }
            sign(frame);
            try {
                assertThat(codec.decode(frame, layout(after), before).get("blocks.0.lora_A"))
                        .hasSize(300);
            } catch (MalformedFrameException expected) {
                refused[0]++;
            }
        });
        assertThat(refused[0]).isPositive();
    }

    private static void sign(byte[] frame) {
        CRC32C crc = new CRC32C();
        crc.update(frame, 0, frame.length - 4);
        ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN).putInt(frame.length - 4, (int) crc.getValue());
    }

    @Test
    void anotherReferenceLayoutOrVersionIsRefusedInOneLine() {
        Map<String, FloatBuffer> before = gaussian(1, 50, 1);
        Map<String, FloatBuffer> after = gaussian(2, 50, 1);
        byte[] frame = codec.encode(layout(after), after, before, 0);
        assertThatThrownBy(() -> codec.decode(frame, layout(after), after))
                .hasMessage("Malformed tensor frame at byte 10: an adapter beside another one than this end holds");
        assertThatThrownBy(() -> codec.decode(frame, layout(after), Map.of()))
                .hasMessageContaining("beside another one");
        AdapterLayout renamed = AdapterLayout.of(Map.of("lora_A", new long[] {50}));
        assertThatThrownBy(() -> codec.decode(frame, renamed, Map.of()))
                .hasMessage("Malformed tensor frame at byte 6: an adapter of other tensors than the expected ones");
        AdapterLayout reshaped = AdapterLayout.of(Map.of("lora_B", new long[] {5, 10}));
        assertThatThrownBy(() -> codec.decode(frame, reshaped, before)).hasMessageContaining("other tensors");
        frame[3] = 9;
        assertThatThrownBy(() -> codec.decode(frame, layout(after), before))
                .hasMessage("Malformed tensor frame at byte 3: adapter version 9; only version 1 is known");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> codec.encode(renamed, after, Map.of(), 0))
                .withMessage("lora_A needs 50 values.");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 1023})
    void theSameAdapterStillGivesTheSameBytes(int levels) throws IOException {
        Map<String, FloatBuffer> before = frozen(1);
        Map<String, FloatBuffer> after = frozen(2);
        before.remove("blocks.2.lora_A");
        byte[] frame = codec.encode(layout(after), after, before, levels);
        try (InputStream in = AdapterCodecTest.class.getResourceAsStream("/frames/adapter-v1/" + levels + ".frame")) {
            assertThat(in).isNotNull();
            assertThat(frame).isEqualTo(in.readAllBytes());
        }
    }

    /** From plain arithmetic, the same on every machine. */
    private static Map<String, FloatBuffer> frozen(int step) {
        Map<String, FloatBuffer> tensors = zeros(60, 40, 30, 20);
        int state = 1;
        for (FloatBuffer tensor : tensors.values()) {
            for (int i = 0; i < tensor.limit(); i++) {
                state = state * 1_664_525 + 1_013_904_223;
                tensor.put(i, (state >> 8) * 0x1p-24f * (1 + (state >>> 28) * 0x1p-6f * step));
            }
        }
        tensors.get("blocks.0.lora_A").put(0, -0f).put(1, Float.MIN_VALUE).put(2, step);
        return tensors;
    }
}
