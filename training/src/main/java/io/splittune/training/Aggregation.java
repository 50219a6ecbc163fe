package io.splittune.training;

import io.splittune.core.Check;
import io.splittune.model.AdapterState;
import java.util.List;

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
        WeightedMean mean = new WeightedMean(
                contributions.stream().mapToDouble(Weighted::weight).sum());
        contributions.forEach(contribution -> mean.add(contribution.state(), contribution.weight()));
        return mean.mean();
    }
}
