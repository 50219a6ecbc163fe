package io.splittune.simulation.reproduction;

import io.splittune.core.Check;
import io.splittune.simulation.report.Chart;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A paper's numbers and figures, reproduced.
 *
 * @param title of the report
 * @param rows of different ids, in the paper's order
 * @param charts the figures, of different ids
 * @param notes one sentence each: what was assumed, and what the data are
 */
public record Reproduction(String title, List<ReproductionRow> rows, List<Chart> charts, List<String> notes) {
    /**
     * Copies and checks.
     *
     * @throws IllegalArgumentException if two rows have one id
     */
    public Reproduction {
        rows = List.copyOf(rows);
        charts = List.copyOf(charts);
        notes = List.copyOf(notes);
        Set<String> ids = new HashSet<>();
        rows.forEach(row -> Check.require(ids.add(row.id()), "row id (%s) stands twice.", row.id()));
    }

    /** Puts tables and figures together, in their order. */
    static Reproduction of(String title, List<Section> sections, List<String> notes) {
        return new Reproduction(
                title,
                sections.stream().flatMap(section -> section.rows().stream()).toList(),
                sections.stream().flatMap(section -> section.charts().stream()).toList(),
                notes);
    }
}
