package io.splittune.planner;

import io.splittune.core.Check;
import io.splittune.core.UserException;
import java.util.Locale;
import java.util.Objects;

/**
 * What CARD weighs, and within what.
 *
 * @param weight w of eq. (12), in [0, 1]: of the delay; the server's energy has the rest. 0 asks for the least clock, 1 for
 *     the greatest
 * @param minServerClockHz F_min, positive; not given in the paper. F_max is the clock of the problem's server
 * @param extremes what delay and energy are normalised by
 */
public record CardOptions(double weight, double minServerClockHz, Extremes extremes) {
    /**
     * Where D_min, D_max, E_min and E_max of eq. (12) are taken. Not given in the paper, which says "for device m during
     * training round n".
     */
    public enum Extremes {
        /**
         * At two corners: D_min and E_max at the least cut and F_max, D_max and E_min at the greatest cut and F_min. Where a
         * device is so fast that this D_max is not above D_min, the delay's are those of {@link #BOX}. The default: it comes
         * nearest to the paper's percentages.
         */
        CORNER,
        /** The true ones over all allowed cuts and both clocks. */
        BOX
    }

    /** Checks the ranges. */
    public CardOptions {
        Check.inRange(weight, 0, 1, "weight");
        Check.positive(minServerClockHz, "minServerClockHz");
        Objects.requireNonNull(extremes, "extremes");
    }

    /** Ends with a line for the user if F_min is above the server's clock. */
    void requireClocks(String planner, Problem problem) {
        double greatest = problem.server().clockHz();
        if (minServerClockHz > greatest) {
            throw new UserException(String.format(
                    Locale.ROOT,
                    "planner %s: the server's least clock (%.4g Hz) is above its greatest (%.4g Hz); lower the one or raise "
                            + "the other.",
                    planner,
                    minServerClockHz,
                    greatest));
        }
    }

    /** Returns the same with another weight. */
    public CardOptions withWeight(double other) {
        return new CardOptions(other, minServerClockHz, extremes);
    }
}
