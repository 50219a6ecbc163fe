package io.splittune.simulation;

import static io.splittune.core.Check.inRange;
import static io.splittune.core.Check.require;

/**
 * What goes wrong in a simulated round. All draws are per device and round, independent of each other.
 *
 * @param jitterSigma each of the seven stages is multiplied by its own lognormal factor of mean 1 whose logarithm has this
 *     standard deviation, the same for all mini-batches of the round; 0 for none, at most 4
 * @param stragglerProbability that a device computes slowly in the round, in [0, 1]
 * @param stragglerSlowdown factor on a straggler's CC and DU, at least 1
 * @param dropoutProbability that a device leaves for good in the round, at a time drawn uniformly from the round it would
 *     have had without a queue; in [0, 1]
 * @param deadlineSeconds when the server ends the round without those who are missing, counted from the round's start;
 *     infinite for never, which is refused when devices can drop out
 */
public record Disturbance(
        double jitterSigma,
        double stragglerProbability,
        double stragglerSlowdown,
        double dropoutProbability,
        double deadlineSeconds) {
    private static final double MAX_SIGMA = 4;

    /** Nothing goes wrong and the server waits for everyone. */
    public static final Disturbance NONE = new Disturbance(0, 0, 1, 0, Double.POSITIVE_INFINITY);

    /**
     * Validates.
     *
     * @throws IllegalArgumentException if a value is NaN or out of its range, or devices drop out and no deadline is set
     */
    public Disturbance {
        inRange(jitterSigma, 0, MAX_SIGMA, "jitterSigma");
        inRange(stragglerProbability, 0, 1, "stragglerProbability");
        require(
                Double.isFinite(stragglerSlowdown) && stragglerSlowdown >= 1,
                "stragglerSlowdown (%s) must be finite and >= 1.",
                stragglerSlowdown);
        inRange(dropoutProbability, 0, 1, "dropoutProbability");
        require(deadlineSeconds > 0, "deadlineSeconds (%s) must be > 0.", deadlineSeconds);
        require(
                dropoutProbability == 0 || Double.isFinite(deadlineSeconds),
                "deadlineSeconds must be finite when dropoutProbability (%s) is > 0: a lost device never answers.",
                dropoutProbability);
    }

    /** Returns whether a round needs random numbers. */
    boolean isRandom() {
        return jitterSigma > 0 || stragglerProbability > 0 || dropoutProbability > 0;
    }
}
