package io.splittune.planner;

import io.splittune.core.Check;

/**
 * SFLAM's objective, a sum over the participants.
 *
 * <p>Reconstructed: the paper's eq. (20) and (21) are lost in the text we have. The text wants a sum that is separable
 * by device, which performance over the energy of all is not.
 *
 * @param performance M of a device
 * @param form how performance and energy meet
 * @param perJoule omega of {@link Form#DIFFERENCE}, not negative; {@link Form#RATIO} leaves it unread
 * @param matchingWeight what the choice of blocks goes by
 */
public record SflamGoal(Performance performance, Form form, double perJoule, MatchingWeight matchingWeight) {
    /** Our reconstruction: {@code sum a_n log2(1 + q_n) / E_n}, blocks by energy as printed. */
    public static final SflamGoal RECONSTRUCTED = new SflamGoal(Performance.LOG, Form.RATIO, 0, MatchingWeight.ENERGY);

    /** How performance and energy meet. */
    public enum Form {
        /** {@code a M / E}. */
        RATIO,
        /** {@code a M - omega E}. */
        DIFFERENCE
    }

    /** Checks the range. */
    public SflamGoal {
        Check.notNegative(perJoule, "perJoule");
    }

    /** Returns the same objective with another weight in the choice of blocks. */
    public SflamGoal with(MatchingWeight other) {
        return new SflamGoal(performance, form, perJoule, other);
    }

    /**
     * Returns a participant's term of U.
     *
     * @param share a_n
     * @param bits q_n
     * @param joules E_n, positive
     */
    public double utility(double share, int bits, double joules) {
        double worth = share * performance.of(bits);
        return form == Form.RATIO ? worth / joules : worth - perJoule * joules;
    }
}
