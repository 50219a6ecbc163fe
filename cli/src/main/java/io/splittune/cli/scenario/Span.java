package io.splittune.cli.scenario;

import java.util.List;

/**
 * One number, or a range from which one is drawn uniformly.
 *
 * @param low least value
 * @param high greatest value; equal to {@code low} for one number
 */
public record Span(double low, double high) implements ScenarioValue {
    /** Returns whether it is one number. */
    public boolean isFixed() {
        return low == high;
    }

    @Override
    public Object toYaml() {
        return isFixed() ? low : List.of(low, high);
    }
}
