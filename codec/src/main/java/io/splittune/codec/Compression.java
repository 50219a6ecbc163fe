package io.splittune.codec;

import static io.splittune.core.Check.inRange;
import static io.splittune.core.Check.require;

import java.util.Locale;
import java.util.Objects;

/** How a tensor crosses the cut. Immutable. */
public sealed interface Compression {
    /** The largest E: 16 bits a level. */
    int MAX_LEVELS = 65_535;

    /** Returns one short line for people, such as {@code keep 0.2, 7 levels, golomb}. */
    String describe();

    /**
     * Every value as it is, or rounded to half the bits.
     *
     * @param format what a value becomes on the wire
     */
    record None(FloatFormat format) implements Compression {
        /** Checks the format. */
        public None {
            Objects.requireNonNull(format, "format");
        }

        @Override
        public String describe() {
            return "uncompressed " + format.name().toLowerCase(Locale.ROOT);
        }
    }

    /** To which of the two quantisation points around it a magnitude goes. */
    enum Rounding {
        /** Either, with the chance that makes the mean the magnitude itself (the papers'). */
        STOCHASTIC,
        /** The nearer one: a smaller error and shorter frames, but biased; draws nothing. */
        NEAREST
    }

    /** What a level decodes to. */
    enum Points {
        /** Its quantisation point (the papers'). */
        UNIFORM,
        /** The mean of the magnitudes that fell on it, to 1/128 of a step; one byte per point in the frame. */
        FITTED
    }

    /**
     * Top-K sparsification, quantisation, lossless coding.
     *
     * <p>Source: SFT section IV-B and Fig. 2. The paper's quantisation points 1..E leave the interval above the smallest
     * magnitude uncovered; here there are E + 1 points, 0..E, so that E = 2^q - 1 is the q-bit quantiser of SFLAM eq. (7).
     *
     * @param keep the kept fraction (the paper's rho), in (0, 1]; 1 is dense and sends no positions
     * @param levels E, the number of intervals between the smallest and the largest kept magnitude, in [1, 65535]
     * @param coder the lossless stage
     * @param rounding to which of two points
     * @param points what a level decodes to; fitted ones go with at most 255 levels
     */
    record Quantised(double keep, int levels, Coder coder, Rounding rounding, Points points) implements Compression {
        /** The largest E with fitted points: with more the points would weigh, and win nothing. */
        public static final int MAX_FITTED_LEVELS = 255;

        /**
         * Checks the ranges.
         *
         * @throws IllegalArgumentException if keep or levels is out of its range
         */
        public Quantised {
            require(keep > 0 && keep <= 1, "keep (%s) must lie in (0, 1].", keep);
            inRange(levels, 1, MAX_LEVELS, "levels");
            Objects.requireNonNull(coder, "coder");
            Objects.requireNonNull(rounding, "rounding");
            Objects.requireNonNull(points, "points");
            require(
                    points == Points.UNIFORM || levels <= MAX_FITTED_LEVELS,
                    "levels (%s) must be <= %s with fitted points.",
                    levels,
                    MAX_FITTED_LEVELS);
        }

        /**
         * The papers' quantiser: stochastic rounding to uniform points.
         *
         * @throws IllegalArgumentException if keep or levels is out of its range
         */
        public Quantised(double keep, int levels, Coder coder) {
            this(keep, levels, coder, Rounding.STOCHASTIC, Points.UNIFORM);
        }

        /**
         * Returns K, the number of elements kept of {@code elements}: {@code keep * elements} rounded half up, and at
         * least 1.
         *
         * @param elements the number of elements of the tensor, positive
         */
        public int keptOf(int elements) {
            require(elements > 0, "elements (%s) must be > 0.", elements);
            return (int) Math.max(1, Math.round(keep * elements));
        }

        /** Returns the bits of a fixed-width level: {@code ceil(log2(E + 1))}, in [1, 16]. */
        public int bitsPerLevel() {
            return Integer.SIZE - Integer.numberOfLeadingZeros(levels);
        }

        @Override
        public String describe() {
            return "keep " + keep + ", " + levels + " levels, "
                    + (rounding == Rounding.NEAREST ? "nearest, " : "")
                    + (points == Points.FITTED ? "fitted, " : "")
                    + coder.name().toLowerCase(Locale.ROOT);
        }
    }
}
