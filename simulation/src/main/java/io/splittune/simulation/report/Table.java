package io.splittune.simulation.report;

import io.splittune.core.Check;
import java.util.List;

/**
 * A table, such as a reproduction's numbers beside a paper's.
 *
 * @param id name of its CSV file: lower-case letters, digits and hyphens
 * @param title heading
 * @param columns names, with units
 * @param rows as many cells each as there are columns
 */
public record Table(String id, String title, List<String> columns, List<List<Cell>> rows) {
    /** Copies the lists. */
    public Table {
        Names.requireFileName(id);
        columns = List.copyOf(columns);
        rows = rows.stream().map(List::copyOf).toList();
        for (List<Cell> row : rows) {
            Check.require(
                    row.size() == columns.size(),
                    "table (%s) has %s cells for %s columns.",
                    id,
                    row.size(),
                    columns.size());
        }
    }
}
