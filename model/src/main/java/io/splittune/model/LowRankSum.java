package io.splittune.model;

import java.util.Arrays;

/** The change that an adapter makes to a map, {@code scale B A}, added to any part of the map's weight, in fp32. */
final class LowRankSum {
    private final float[] down;
    private final FloatArray up;
    private final double scale;
    private final int rank;
    private final int inputs;
    private final float[] delta;

    /**
     * Prepares.
     *
     * @param a shape (rank, in)
     * @param b shape (out, rank)
     * @param scale alpha / rank
     */
    LowRankSum(FloatArray a, FloatArray b, double scale) {
        this.down = a.toArray();
        this.up = b;
        this.scale = scale;
        this.rank = Math.toIntExact(a.shape()[0]);
        this.inputs = Math.toIntExact(a.shape()[1]);
        this.delta = new float[inputs];
    }

    /**
     * Adds to consecutive elements of the weight.
     *
     * @param values changed in place
     * @param start row-major position in the weight, of shape (out, in), of the first of them
     */
    void addTo(float[] values, long start) {
        int done = 0;
        while (done < values.length) {
            int row = Math.toIntExact((start + done) / inputs);
            int from = Math.toIntExact((start + done) % inputs);
            int count = Math.min(inputs - from, values.length - done);
            Arrays.fill(delta, 0, count, 0);
            for (int r = 0; r < rank; r++) {
                float factor = (float) (scale * up.get(row * rank + r));
                int line = r * inputs + from;
                for (int i = 0; i < count; i++) {
                    delta[i] += factor * down[line + i];
                }
            }
            for (int i = 0; i < count; i++) {
                values[done + i] += delta[i];
            }
            done += count;
        }
    }
}
