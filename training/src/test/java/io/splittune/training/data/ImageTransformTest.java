package io.splittune.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.splittune.testkit.Property;
import io.splittune.testkit.ScriptedRandom;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ImageTransformTest {
    private static final Normalisation BYTES = Normalisation.of(new float[3], new float[] {1, 1, 1});

    @Test
    void anImageOfTheWantedSizeIsNotResampled() {
        RawImage image = noise(8, 8);
        float[] values = evaluate(image, 8);
        for (int i = 0; i < values.length; i++) {
            assertThat(values[i]).isEqualTo((image.planes()[i] & 0xFF) * (1f / 255f));
        }
    }

    @Test
    void halvingAveragesWithTheTriangleFilter() {
        // Columns 0, 0, 0, 0, 80, 80, 80, 80 halved: the filter (1, 3, 3, 1) / 8 meets the edge.
        byte[] grey = new byte[64];
        for (int i = 0; i < 64; i++) {
            grey[i] = (byte) (i % 8 < 4 ? 0 : 80);
        }
        float[] values = evaluate(RawImage.ofGrey(grey, 8, 8), 4);
        assertThat(Arrays.copyOf(values, 4))
                .containsExactly(new float[] {0, 10 / 255f, 70 / 255f, 80 / 255f}, within(1e-6f));
    }

    @Test
    void aConstantStaysConstantAtAnySize() {
        Property.forAll(60, random -> {
            int width = 1 + random.nextInt(70);
            int height = 1 + random.nextInt(70);
            int size = 1 + random.nextInt(50);
            byte[] grey = new byte[width * height];
            Arrays.fill(grey, (byte) 200);
            RawImage image = RawImage.ofGrey(grey, width, height);
            ImageTransform photos = new ImageTransform(size, BYTES, Augmentation.PHOTOS);
            float[] trained = new float[photos.valuesPerImage()];
            photos.train(image, random, trained, 0);
            float[] evaluated = evaluate(image, size);
            for (int i = 0; i < trained.length; i++) {
                // Weights sum to one but for float rounding.
                assertThat(trained[i]).isCloseTo(200 / 255f, within(1e-5f));
                assertThat(evaluated[i]).isCloseTo(200 / 255f, within(1e-5f));
            }
        });
    }

    @Test
    void evaluationSeesTheCentreOfAWideImage() {
        byte[] grey = new byte[8 * 4];
        for (int i = 0; i < grey.length; i++) {
            grey[i] = (byte) (i % 8 * 10);
        }
        float[] values = evaluate(RawImage.ofGrey(grey, 8, 4), 4);
        assertThat(Arrays.copyOf(values, 4))
                .containsExactly(new float[] {20 / 255f, 30 / 255f, 40 / 255f, 50 / 255f}, within(1e-6f));
    }

    @Test
    void mirroringTurnsRowsAround() {
        RawImage image = noise(8, 8);
        ImageTransform transform = new ImageTransform(8, BYTES, new Augmentation(true, Augmentation.Crop.CENTRE));
        float[] plain = evaluate(image, 8);
        float[] seen = new float[plain.length];
        transform.train(image, new FixedBit(true), seen, 0);
        for (int i = 0; i < seen.length; i++) {
            assertThat(seen[i]).isEqualTo(plain[i / 8 * 8 + 7 - i % 8]);
        }
        transform.train(image, new FixedBit(false), seen, 0);
        assertThat(seen).isEqualTo(plain);
    }

    @Test
    void shiftsMoveByAnEighthAtMostAndLeaveBlack() {
        int size = 16;
        float[] plain = evaluate(noise(size, size), size);
        ImageTransform transform = new ImageTransform(size, BYTES, Augmentation.SHIFTS);
        boolean[][] seenShifts = new boolean[5][5];
        SplittableRandom random = new SplittableRandom(1);
        for (int run = 0; run < 400; run++) {
            float[] shifted = new float[plain.length];
            transform.train(noise(size, size), random, shifted, 0);
            int[] shift = shiftBetween(plain, shifted, size);
            seenShifts[shift[0] + 2][shift[1] + 2] = true;
        }
        assertThat(seenShifts).isDeepEqualTo(allTrue());
    }

    @Test
    void badNormalisationIsRefused() {
        assertThatThrownBy(() -> Normalisation.of(new float[2], new float[3]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Normalisation.of(new float[3], new float[3]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("std");
    }

    @Test
    void noAugmentationDrawsNothing() {
        ImageTransform transform = new ImageTransform(8, BYTES, Augmentation.NONE);
        float[] values = new float[transform.valuesPerImage()];
        transform.train(noise(8, 8), new ScriptedRandom(), values, 0);
        assertThat(values).isEqualTo(evaluate(noise(8, 8), 8));
    }

    private static boolean[][] allTrue() {
        boolean[][] all = new boolean[5][5];
        for (boolean[] row : all) {
            Arrays.fill(row, true);
        }
        return all;
    }

    /** Finds the only shift (down, right) that explains the second array, with black where nothing came from. */
    private static int[] shiftBetween(float[] plain, float[] shifted, int size) {
        for (int down = -2; down <= 2; down++) {
            for (int right = -2; right <= 2; right++) {
                if (isShifted(plain, shifted, size, down, right)) {
                    return new int[] {down, right};
                }
            }
        }
        throw new AssertionError("No shift by up to two pixels explains the image.");
    }

    private static boolean isShifted(float[] plain, float[] shifted, int size, int down, int right) {
        for (int i = 0; i < plain.length; i++) {
            int row = i / size % size - down;
            int column = i % size - right;
            boolean inside = row >= 0 && row < size && column >= 0 && column < size;
            float expected = inside ? plain[i - down * size - right] : 0;
            if (shifted[i] != expected) {
                return false;
            }
        }
        return true;
    }

    private static float[] evaluate(RawImage image, int size) {
        ImageTransform transform = new ImageTransform(size, BYTES, Augmentation.NONE);
        float[] values = new float[transform.valuesPerImage()];
        transform.evaluate(image, values, 0);
        return values;
    }

    private static RawImage noise(int width, int height) {
        byte[] planes = new byte[3 * width * height];
        new SplittableRandom(9).nextBytes(planes);
        return RawImage.ofPlanes(planes, width, height);
    }

    /** Answers every question for a bit alike. */
    private record FixedBit(boolean bit) implements java.util.random.RandomGenerator {
        @Override
        public boolean nextBoolean() {
            return bit;
        }

        @Override
        public long nextLong() {
            throw new IllegalStateException("Only a bit was expected to be drawn.");
        }
    }
}
