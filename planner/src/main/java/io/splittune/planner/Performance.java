package io.splittune.planner;

import io.splittune.core.Check;

/**
 * What q bits are worth: the terms of SFLAM eq. (20), which is lost in the text we have. All rise with q; the text asks
 * for gains that diminish.
 */
public enum Performance {
    /** {@code log2(1 + q)}, our reconstruction: the one whose optimum has the trends that the paper describes. */
    LOG {
        @Override
        public double of(int bits) {
            return Math.log1p(check(bits)) / Math.log(2);
        }
    },
    /** {@code 1 - 1 / (2^q - 1)^2}, after the quantiser's error; all but flat above 5 bits. */
    SATURATING {
        @Override
        public double of(int bits) {
            double levels = Math.pow(2, check(bits)) - 1;
            return 1 - 1 / (levels * levels);
        }
    },
    /** {@code q}. */
    LINEAR {
        @Override
        public double of(int bits) {
            return check(bits);
        }
    };

    /**
     * Returns the worth of q bits.
     *
     * @param bits q, positive
     */
    public abstract double of(int bits);

    private static int check(int bits) {
        return Check.positive(bits, "bits");
    }
}
