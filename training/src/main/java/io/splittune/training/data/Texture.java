package io.splittune.training.data;

/**
 * How a figure is filled with its two colours. Patterns repeat with period 1 in both directions; coordinates are in
 * periods, in the pattern's own frame.
 */
public enum Texture {
    /** The first colour alone. */
    SOLID("plain"),
    /** From one colour to the other over three periods. */
    GRADIENT("shaded"),
    /** Straight stripes. */
    STRIPES("striped"),
    /** Stripes at a right angle to those of {@link #STRIPES}. */
    BARS("barred"),
    /** Checkerboard. */
    CHECKS("checked"),
    /** Round dots of one colour on the other. */
    DOTS("dotted"),
    /** Broken stripes, each row shifted by half a period: a brick wall. */
    BRICKS("brick");

    private final String adjective;

    Texture(String adjective) {
        this.adjective = adjective;
    }

    /**
     * Returns the share of the second colour.
     *
     * @param u across, in periods
     * @param v down, in periods
     * @param sharpness steepness of edges: the number of pixels of half a period
     * @return in [0, 1]
     */
    double at(double u, double v, double sharpness) {
        return switch (this) {
            case SOLID -> 0;
            case GRADIENT -> clamp(0.5 + u / 3);
            case STRIPES -> clamp(0.5 + wave(u) * sharpness);
            case BARS -> clamp(0.5 + wave(v) * sharpness);
            case CHECKS -> {
                double first = clamp(0.5 + wave(u) * sharpness);
                double second = clamp(0.5 + wave(v) * sharpness);
                yield first + second - 2 * first * second;
            }
            case DOTS -> {
                double x = u - Math.rint(u);
                double y = v - Math.rint(v);
                // Radius 0.4: half of the area.
                yield clamp(0.5 + (0.4 - Math.sqrt(x * x + y * y)) * 2 * sharpness);
            }
            case BRICKS -> {
                double row = Math.floor(v);
                double joint = wave(u + row / 2) + 0.25;
                double bed = Math.abs(v - row - 0.5) - 0.3;
                yield clamp(0.5 + Math.max(-joint, bed) * sharpness);
            }
        };
    }

    /** Returns the adjective for something that is filled so. */
    public String adjective() {
        return adjective;
    }

    /** A triangle wave of period 1 between -0.5 and 0.5, zero at the edges between the colours. */
    private static double wave(double x) {
        return 0.5 - 2 * Math.abs(x - Math.floor(x) - 0.5);
    }

    private static double clamp(double x) {
        return Math.max(0, Math.min(1, x));
    }
}
