package io.splittune.simulation.report;

import io.splittune.core.AtomicFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a report: {@code report.html}, which opens offline, and {@code plots/} with the charts as SVG, PNG and CSV.
 *
 * <p>The page holds its pictures and its style; it needs neither a network nor a script. Its tables show their first
 * rows, the CSV files all of them. Thread-safe.
 */
public final class Report {
    private final Plots plots;

    /** Makes reports with pictures by XChart. */
    public Report() {
        this(new Plots());
    }

    Report(Plots plots) {
        this.plots = plots;
    }

    /**
     * Writes everything into a folder; each file appears whole or not at all, the page last.
     *
     * @param folder made when missing
     * @param data what is told
     * @return the files, and notes such as that this machine cannot draw; the page has these notes too
     * @throws IOException when writing fails
     * @throws IllegalArgumentException if a further chart or table has an id that is taken
     */
    public WrittenFiles write(Path folder, ReportData data) throws IOException {
        Path plotFolder = folder.resolve("plots");
        List<Chart> charts = new ArrayList<>(ReportCharts.of(data));
        charts.addAll(data.charts());
        Table headline = ReportTables.headline(data);
        Table decisions = ReportTables.lastDecisions(data);
        requireOwnIds(charts, headline, decisions, data.tables());

        Plots.Drawing drawing = plots.draw(plotFolder, charts);
        List<Path> files = new ArrayList<>(drawing.written().files());
        if (!data.runs().isEmpty()) {
            files.add(write(plotFolder, headline));
        }
        if (!decisions.rows().isEmpty()) {
            Path all = plotFolder.resolve("decisions.csv");
            Csv.write(all, ReportTables.decisionColumns(), ReportTables.allDecisions(data));
            files.add(all);
        }
        for (Table table : data.tables()) {
            files.add(write(plotFolder, table));
        }
        Path page = folder.resolve("report.html");
        AtomicFiles.writeString(page, new ReportPage(data, charts, headline, decisions, drawing).html());
        files.add(page);
        return new WrittenFiles(files, drawing.written().notes());
    }

    private static Path write(Path folder, Table table) throws IOException {
        Path file = folder.resolve(table.id() + ".csv");
        Csv.write(file, table);
        return file;
    }

    private static void requireOwnIds(List<Chart> charts, Table headline, Table decisions, List<Table> tables) {
        List<String> ids = new ArrayList<>(charts.stream().map(Chart::id).toList());
        ids.add(headline.id());
        ids.add(decisions.id());
        tables.forEach(table -> ids.add(table.id()));
        Names.requireDifferent(ids, "ids");
    }
}
