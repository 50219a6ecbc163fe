package io.splittune.training;

import io.splittune.core.Check;
import io.splittune.model.AdapterState;
import io.splittune.model.FloatArray;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Averages adapters over devices. Thread-safe (pure). */
public final class Aggregation {
    private Aggregation() {}

    /**
     * An adapter and its weight in the average.
     *
     * @param state all tensors that one device trained, on either side of the cut
     * @param weight the device's sample count |D_n|, positive
     */
    public record Weighted(AdapterState state, double weight) {
        /** Validates. */
        public Weighted {
            Check.positive(weight, "weight");
        }
    }

    /**
     * Federated averaging: every tensor becomes {@code sum_n w_n x_n / sum_n w_n}.
     *
     * <p>Source: SFT eq. (7) and (8), with |D_n|/|D| read as sample counts. A and B are averaged separately as the paper
     * does, so the product of the averages is not the average of the products. Sums are in double precision and in the
     * order of the list, so that the result does not depend on who arrived first.
     *
     * @param contributions the devices that finished the round, at least one, all with the same names and shapes
     * @return the weighted mean
     * @throws IllegalArgumentException if there are none, or if names or shapes differ
     */
    public static AdapterState fedAvg(List<Weighted> contributions) {
        Check.require(!contributions.isEmpty(), "There is nothing to average.");
        double total = contributions.stream().mapToDouble(Weighted::weight).sum();
        AdapterState first = contributions.get(0).state();
        Map<String, FloatArray> mean = new LinkedHashMap<>();
        first.tensors().forEach((name, array) -> mean.put(name, mean(contributions, name, array.shape(), total)));
        return new AdapterState(mean);
    }

    private static FloatArray mean(List<Weighted> contributions, String name, long[] shape, double total) {
        double[] sum = new double[FloatArray.zeros(shape).size()];
        for (Weighted contribution : contributions) {
            FloatArray array = contribution.state().get(name);
            Check.require(
                    Arrays.equals(array.shape(), shape),
                    "%s has shape %s in one adapter and %s in another.",
                    name,
                    Arrays.toString(shape),
                    Arrays.toString(array.shape()));
            float[] values = array.toArray();
            double share = contribution.weight() / total;
            for (int i = 0; i < sum.length; i++) {
                sum[i] += share * values[i];
            }
        }
        float[] rounded = new float[sum.length];
        for (int i = 0; i < sum.length; i++) {
            rounded[i] = (float) sum[i];
        }
        return FloatArray.of(rounded, shape);
    }
}
