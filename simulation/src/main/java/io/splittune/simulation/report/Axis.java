package io.splittune.simulation.report;

import io.splittune.core.Check;

/**
 * An axis of a chart.
 *
 * @param label what is measured, not blank
 * @param unit of the values; empty for a count or a name
 * @param whole whether only whole numbers make sense, such as rounds and cuts
 */
public record Axis(String label, String unit, boolean whole) {
    /** Checks the label. */
    public Axis {
        Check.require(!label.isBlank(), "label (%s) must not be blank.", label);
    }

    /** Returns an axis of measured values. */
    public static Axis of(String label, String unit) {
        return new Axis(label, unit, false);
    }

    /** Returns an axis of whole numbers or of names. */
    public static Axis counting(String label) {
        return new Axis(label, "", true);
    }

    /** Returns the label with its unit. */
    public String text() {
        return unit.isEmpty() ? label : label + " (" + unit + ")";
    }
}
