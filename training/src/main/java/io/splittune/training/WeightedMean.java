package io.splittune.training;

import io.splittune.core.Check;
import io.splittune.model.AdapterState;
import io.splittune.model.FloatArray;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Adds up a weighted mean one contribution at a time, so that none has to be kept: what makes the average of whole models
 * possible in the memory of a few. Sums are in double precision. Confined to one thread.
 */
final class WeightedMean {
    private final double totalWeight;
    private final Map<String, Sum> sums = new LinkedHashMap<>();

    /** One tensor's values so far. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared; changed in place.
    private record Sum(long[] shape, double[] values) {
        void add(String name, FloatArray array, double share) {
            Check.require(
                    Arrays.equals(array.shape(), shape),
                    "%s has shape %s in one contribution and %s in another.",
                    name,
                    Arrays.toString(shape),
                    Arrays.toString(array.shape()));
            float[] added = array.toArray();
            for (int i = 0; i < values.length; i++) {
                values[i] += share * added[i];
            }
        }

        FloatArray rounded() {
            float[] rounded = new float[values.length];
            for (int i = 0; i < values.length; i++) {
                rounded[i] = (float) values[i];
            }
            return FloatArray.of(rounded, shape);
        }
    }

    /**
     * Starts with nothing.
     *
     * @param totalWeight of all contributions that will come, positive
     */
    WeightedMean(double totalWeight) {
        this.totalWeight = Check.positive(totalWeight, "totalWeight");
    }

    /**
     * Adds {@code weight / totalWeight} of every tensor.
     *
     * @param state the first one says which tensors there are
     * @param weight positive
     * @throws IllegalArgumentException if a tensor is missing or has another shape than in the first contribution
     */
    void add(AdapterState state, double weight) {
        double share = Check.positive(weight, "weight") / totalWeight;
        if (sums.isEmpty()) {
            state.tensors().forEach((name, array) -> sums.put(name, new Sum(array.shape(), new double[array.size()])));
        }
        sums.forEach((name, sum) -> sum.add(name, state.get(name), share));
    }

    /** Returns the mean, rounded to fp32. */
    AdapterState mean() {
        Map<String, FloatArray> mean = new LinkedHashMap<>();
        sums.forEach((name, sum) -> mean.put(name, sum.rounded()));
        return new AdapterState(mean);
    }
}
