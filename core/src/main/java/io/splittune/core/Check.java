package io.splittune.core;

import org.jspecify.annotations.Nullable;

/**
 * Argument checks whose messages name the argument and show the value that was read.
 *
 * <p>All methods throw {@link IllegalArgumentException} and return the checked value. Thread-safe (pure).
 */
public final class Check {
    private Check() {}

    /** Accepts a finite value above zero. */
    public static double positive(double value, String name) {
        require(Double.isFinite(value) && value > 0, "%s (%s) must be finite and > 0.", name, value);
        return value;
    }

    /** Accepts a finite value of zero or more. */
    public static double notNegative(double value, String name) {
        require(Double.isFinite(value) && value >= 0, "%s (%s) must be finite and >= 0.", name, value);
        return value;
    }

    /** Accepts a finite value in {@code [low, high]}. */
    public static double inRange(double value, double low, double high, String name) {
        require(
                Double.isFinite(value) && value >= low && value <= high,
                "%s (%s) must lie in [%s, %s].",
                name,
                value,
                low,
                high);
        return value;
    }

    /** Accepts a whole number above zero. */
    public static int positive(int value, String name) {
        require(value > 0, "%s (%s) must be > 0.", name, value);
        return value;
    }

    /** Accepts a whole number above zero. */
    public static long positive(long value, String name) {
        require(value > 0, "%s (%s) must be > 0.", name, value);
        return value;
    }

    /** Accepts a whole number of zero or more. */
    public static int notNegative(int value, String name) {
        require(value >= 0, "%s (%s) must be >= 0.", name, value);
        return value;
    }

    /** Accepts a whole number of zero or more. */
    public static long notNegative(long value, String name) {
        require(value >= 0, "%s (%s) must be >= 0.", name, value);
        return value;
    }

    /** Accepts a whole number in {@code [low, high]}. */
    public static int inRange(int value, int low, int high, String name) {
        require(value >= low && value <= high, "%s (%s) must lie in [%s, %s].", name, value, low, high);
        return value;
    }

    /** Throws with the formatted message unless {@code condition} holds. */
    public static void require(boolean condition, String message, @Nullable Object... parts) {
        if (!condition) {
            throw new IllegalArgumentException(String.format(message, parts));
        }
    }
}
