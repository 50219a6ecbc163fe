package io.splittune.simulation.reproduction;

import io.splittune.core.Check;
import io.splittune.core.RandomStreams;
import io.splittune.core.RandomStreams.Purpose;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * A tensor at the cut, for counting bytes. Not compared; the arrays are the caller's and are not changed.
 *
 * @param values row-major, finite
 * @param shape batch, tokens, width
 */
@SuppressWarnings("ArrayRecordComponent") // Megabytes that are handed over, not compared.
public record CutTensor(float[] values, int[] shape) {
    /** Scales of channels spread by a factor of e^0.5 either way: a few channels hold most of what is large, as in transformers. */
    private static final double SCALE_SPREAD = 0.5;

    /**
     * Checks the size.
     *
     * @throws IllegalArgumentException if the values are not as many as the shape says
     */
    public CutTensor {
        int elements = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        Check.require(
                values.length == elements, "values has %s elements, but the shape has %s.", values.length, elements);
    }

    /**
     * Draws normal values whose channels differ in scale: lognormal with sigma 0.5, drawn once per channel.
     *
     * @param shape batch, tokens, width
     * @param streams where the values come from
     * @param key which of several tensors
     */
    static CutTensor drawn(int[] shape, RandomStreams streams, long key) {
        RandomGenerator random = streams.stream(Purpose.SYNTHESIS, key);
        int width = shape[shape.length - 1];
        double[] scales = random.doubles(width)
                .map(ignored -> Math.exp(SCALE_SPREAD * random.nextGaussian()))
                .toArray();
        float[] values = new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (scales[i % width] * random.nextGaussian());
        }
        return new CutTensor(values, shape);
    }

    long rawBytes() {
        return (long) Float.BYTES * values.length;
    }

    int width() {
        return shape[shape.length - 1];
    }
}
