package io.splittune.simulation.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Numbers for people, with a point whatever the locale. */
final class Numbers {
    /** What stands for a missing value. */
    static final String MISSING = "\u2013";

    private Numbers() {}

    /** Returns the value rounded to some significant digits, without trailing zeros. */
    static String digits(double value, int digits) {
        if (!Double.isFinite(value)) {
            return MISSING;
        }
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_EVEN));
        if (rounded.signum() == 0) {
            return "0";
        }
        BigDecimal bare = rounded.stripTrailingZeros();
        int exponent = bare.precision() - bare.scale() - 1;
        return exponent < -5 || exponent > 9 ? bare.toString() : bare.toPlainString();
    }

    /** Returns a fraction as a percentage with two decimals. */
    static String percent(double fraction) {
        if (!Double.isFinite(fraction)) {
            return MISSING;
        }
        return BigDecimal.valueOf(fraction * 100)
                        .setScale(2, RoundingMode.HALF_EVEN)
                        .toPlainString()
                + " %";
    }
}
