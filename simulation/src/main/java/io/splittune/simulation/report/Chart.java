package io.splittune.simulation.report;

/** A chart as data: what is drawn, what is read aloud, and what the CSV file holds. */
public sealed interface Chart permits LineChart, BarChart {
    /** Returns the name of its files: lower-case letters, digits and hyphens. */
    String id();

    /** Returns the heading. */
    String title();

    /** Returns one or two sentences for a reader who cannot see the picture. */
    String description();

    /** Returns the horizontal axis. */
    Axis xAxis();

    /** Returns the vertical axis. */
    Axis yAxis();

    /** Tells whether there is no finite value to draw. */
    boolean isEmpty();

    /** Returns all values, one row each; a missing one is an empty cell. */
    Table table();
}
