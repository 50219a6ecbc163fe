package io.splittune.training;

import io.splittune.core.Check;
import io.splittune.model.AdapterState;
import java.util.List;
import java.util.OptionalDouble;

/**
 * One round's average over devices, which are added one at a time. Sums are in double precision and should be made in
 * order of the devices' index, so that the result does not depend on who arrived first. Confined to one thread.
 *
 * <p>Without participation probabilities it is federated averaging: every tensor becomes {@code sum_n D_n x_n / sum_n D_n}
 * over the devices that finished the round, SFT eq. (7) and (8) with |D_n|/|D| read as sample counts. A and B are averaged
 * separately as the paper does, so the product of the averages is not the average of the products.
 *
 * <p>With them it is SFLAM eq. (6), reconstructed since the paper's formula is lost in the text that we have: {@code w +
 * sum_n a_n (I_n / p_n) (x_n - w)} with w the round's start, a_n = D_n / D over the samples of all devices, I_n whether
 * the device finished the round, and p_n how likely it was to take part. Its expectation is that of a round with all
 * devices; a small p_n makes its variance large.
 */
final class Aggregation {
    private final AdapterState start;
    private final long allSamples;
    private final List<OptionalDouble> probabilities;
    private final boolean corrected;
    private final WeightedMean mean = new WeightedMean();

    /**
     * Starts with nothing.
     *
     * @param start w, what the round starts from
     * @param allSamples D, samples of all devices of the run; used with probabilities only
     * @param decisions of the round, by device; either all devices that take part have a probability, or none
     */
    Aggregation(AdapterState start, long allSamples, List<DeviceDecision> decisions) {
        List<DeviceDecision> participants =
                decisions.stream().filter(DeviceDecision::participates).toList();
        long given = participants.stream()
                .filter(decision -> decision.participationProbability().isPresent())
                .count();
        Check.require(
                given == 0 || given == participants.size(),
                "%s of %s devices that take part have a participation probability; all or none must.",
                given,
                participants.size());
        this.start = start;
        this.allSamples = allSamples;
        this.probabilities =
                decisions.stream().map(DeviceDecision::participationProbability).toList();
        this.corrected = given > 0;
    }

    /**
     * Adds a device that finished the round.
     *
     * @param device its index
     * @param trained x_n, all tensors that it trained, on either side of the cut
     * @param samples D_n, positive
     * @throws IllegalArgumentException if names or shapes differ from those of the device before
     */
    void add(int device, AdapterState trained, long samples) {
        Check.positive(samples, "samples");
        mean.add(trained, corrected ? share(samples) / probabilities.get(device).getAsDouble() : (double) samples);
    }

    private double share(long samples) {
        return (double) samples / (double) Check.positive(allSamples, "samples of all devices");
    }

    /** Returns what the next round starts from: this one's start if no device has finished. */
    AdapterState result() {
        if (mean.isEmpty()) {
            return start;
        }
        return corrected ? mean.movedFrom(start) : mean.mean();
    }
}
