package io.splittune.simulation.reproduction;

import io.splittune.simulation.report.Cell;
import io.splittune.simulation.report.Report;
import io.splittune.simulation.report.ReportData;
import io.splittune.simulation.report.Table;
import io.splittune.simulation.report.WrittenFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Writes a reproduction: {@code report.html}, which opens offline, and {@code plots/} with the figures and the table. Thread-safe. */
public final class ReproductionFiles {
    private static final List<String> COLUMNS =
            List.of("Quantity", "Paper", "Ours", "Difference (%)", "Status", "Note", "Id");

    private final Report report = new Report();

    /**
     * Writes everything into a folder.
     *
     * @param folder made when missing; files of the same names are replaced
     * @param reproduction what to write
     * @return the files, and notes such as that this machine cannot draw
     * @throws IOException when writing fails
     */
    public WrittenFiles write(Path folder, Reproduction reproduction) throws IOException {
        return report.write(
                folder,
                new ReportData(
                        reproduction.title(),
                        "",
                        OptionalDouble.empty(),
                        List.of(),
                        List.of(),
                        reproduction.charts(),
                        List.of(table(reproduction)),
                        reproduction.notes()));
    }

    private static Table table(Reproduction reproduction) {
        return new Table(
                "reproduction",
                reproduction.title(),
                COLUMNS,
                reproduction.rows().stream().map(ReproductionFiles::cells).toList());
    }

    private static List<Cell> cells(ReproductionRow row) {
        OptionalDouble difference = row.relativeDifference();
        return List.of(
                Cell.text(row.quantity()),
                Cell.number(row.paper().orElse(Double.NaN)),
                Cell.number(row.ours()),
                difference.isPresent()
                        ? Cell.number(
                                100 * difference.getAsDouble(),
                                String.format(Locale.ROOT, "%+.2f", 100 * difference.getAsDouble()))
                        : Cell.number(Double.NaN),
                Cell.text(row.status().key()),
                Cell.text(row.note()),
                Cell.text(row.id()));
    }
}
