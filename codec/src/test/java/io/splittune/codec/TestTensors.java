package io.splittune.codec;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Seeded tensors for the tests. */
final class TestTensors {
    private TestTensors() {}

    /** Returns independent normal values. */
    static float[] normal(int elements, long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        float[] values = new float[elements];
        for (int i = 0; i < elements; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /**
     * Returns what the output of a ViT block looks like to a codec: channels of very different scale, a few with a large
     * mean, neighbouring tokens alike, tokens of different norm.
     */
    static float[] vitLike(int tokens, int channels, long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        double[] means = new double[channels];
        double[] scales = new double[channels];
        for (int c = 0; c < channels; c++) {
            scales[c] = Math.exp(0.7 * random.nextGaussian());
            means[c] = (random.nextDouble() < 0.05 ? 6 : 0.6) * random.nextGaussian() * scales[c];
        }
        double[] state = new double[channels];
        float[] values = new float[tokens * channels];
        for (int t = 0; t < tokens; t++) {
            double norm = Math.exp(0.25 * random.nextGaussian());
            for (int c = 0; c < channels; c++) {
                state[c] = 0.6 * state[c] + 0.8 * random.nextGaussian();
                values[t * channels + c] = (float) (norm * (means[c] + scales[c] * state[c]));
            }
        }
        return values;
    }

    /** Returns a tensor of one of the kinds that codecs get wrong. */
    static float[] awkward(int elements, RandomGenerator random) {
        float[] values = new float[elements];
        int kind = random.nextInt(7);
        float constant = (float) random.nextGaussian();
        for (int i = 0; i < elements; i++) {
            values[i] = switch (kind) {
                case 0 -> (float) random.nextGaussian();
                case 1 -> constant;
                case 2 -> random.nextBoolean() ? 0f : -0f;
                case 3 -> Float.MIN_VALUE * (random.nextInt(7) - 3);
                case 4 -> (random.nextBoolean() ? 1 : -1) * Float.MAX_VALUE * random.nextFloat();
                case 5 -> random.nextInt(4) == 0 ? (float) random.nextGaussian() : 0f;
                default -> random.nextInt(5) - 2f;
            };
        }
        return values;
    }

    /** Quantises as the papers do, with a draw per kept value. */
    static QuantisedTensor quantise(float[] values, Mask mask, int levels, RandomGenerator random) {
        return Quantiser.quantise(values, mask, levels, Compression.Rounding.STOCHASTIC, random);
    }

    /** Returns the values of a tensor that is one slice, on even points. */
    static float[] dequantise(QuantisedTensor tensor) {
        float[] values = new float[tensor.mask().size()];
        tensor.dequantise(values, 0, PointOffsets.NONE);
        return values;
    }

    /** Returns a shape of up to four dimensions and about 2,000 elements at most; sometimes a scalar. */
    static int[] shape(RandomGenerator random) {
        int[] shape = new int[random.nextInt(5)];
        int left = 2_000;
        for (int i = 0; i < shape.length; i++) {
            shape[i] = 1 + random.nextInt(Math.min(left, random.nextBoolean() ? 8 : 2_000));
            left = Math.max(1, left / shape[i]);
        }
        return shape;
    }

    /** Returns a random setting; dense in one case of four, and few levels more often than many. */
    static Compression.Quantised quantised(RandomGenerator random) {
        double keep = random.nextInt(4) == 0 ? 1 : 1 - random.nextDouble();
        int levels = 1 + random.nextInt(2 << random.nextInt(15));
        return new Compression.Quantised(keep, levels, Coder.ofCode(random.nextInt(3)));
    }
}
