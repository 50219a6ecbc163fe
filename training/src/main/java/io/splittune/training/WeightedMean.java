package io.splittune.training;

import io.splittune.core.Check;
import io.splittune.model.AdapterState;
import io.splittune.model.FloatArray;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Adds up weighted contributions one at a time, so that none has to be kept: what makes the average of whole models
 * possible in the memory of a few. Sums are in double precision. Confined to one thread.
 */
final class WeightedMean {
    private final Map<String, Sum> sums = new LinkedHashMap<>();
    private double totalWeight;

    /** One tensor's values so far. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared; changed in place.
    private record Sum(long[] shape, double[] values) {
        void add(String name, FloatArray array, double weight) {
            Check.require(
                    Arrays.equals(array.shape(), shape),
                    "%s has shape %s in one contribution and %s in another.",
                    name,
                    Arrays.toString(shape),
                    Arrays.toString(array.shape()));
            float[] added = array.toArray();
            for (int i = 0; i < values.length; i++) {
                values[i] += weight * added[i];
            }
        }

        FloatArray dividedBy(double divisor) {
            float[] rounded = new float[values.length];
            for (int i = 0; i < values.length; i++) {
                rounded[i] = (float) (values[i] / divisor);
            }
            return FloatArray.of(rounded, shape);
        }

        FloatArray plus(FloatArray other, double weight) {
            float[] rounded = other.toArray();
            for (int i = 0; i < values.length; i++) {
                rounded[i] = (float) (values[i] + weight * rounded[i]);
            }
            return FloatArray.of(rounded, shape);
        }
    }

    /**
     * Adds {@code weight} times every tensor.
     *
     * @param state the first one says which tensors there are
     * @param weight positive
     * @throws IllegalArgumentException if a tensor is missing or has another shape than in the first contribution
     */
    void add(AdapterState state, double weight) {
        Check.positive(weight, "weight");
        if (sums.isEmpty()) {
            state.tensors().forEach((name, array) -> sums.put(name, new Sum(array.shape(), new double[array.size()])));
        }
        sums.forEach((name, sum) -> sum.add(name, state.get(name), weight));
        totalWeight += weight;
    }

    boolean isEmpty() {
        return totalWeight == 0;
    }

    /** Returns {@code sum_n w_n x_n / sum_n w_n}, rounded to fp32. */
    AdapterState mean() {
        Map<String, FloatArray> mean = new LinkedHashMap<>();
        sums.forEach((name, sum) -> mean.put(name, sum.dividedBy(totalWeight)));
        return new AdapterState(mean);
    }

    /**
     * Returns {@code x_0 + sum_n w_n (x_n - x_0)}, rounded to fp32.
     *
     * @param start x_0
     */
    AdapterState movedFrom(AdapterState start) {
        Map<String, FloatArray> moved = new LinkedHashMap<>();
        sums.forEach((name, sum) -> moved.put(name, sum.plus(start.get(name), 1 - totalWeight)));
        return new AdapterState(moved);
    }
}
