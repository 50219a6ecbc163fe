package io.splittune.simulation.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** The page, as HTML that is well-formed XML too. */
final class ReportPage {
    /** Rows of a table on the page; the CSV file has all. */
    private static final int MOST_ROWS = 200;

    private final ReportData data;
    private final List<Chart> charts;
    private final Table headline;
    private final Table decisions;
    private final Plots.Drawing drawing;
    private final StringBuilder out = new StringBuilder();

    ReportPage(ReportData data, List<Chart> charts, Table headline, Table decisions, Plots.Drawing drawing) {
        this.data = data;
        this.charts = charts;
        this.headline = headline;
        this.decisions = decisions;
        this.drawing = drawing;
    }

    String html() {
        head();
        notes();
        schemes();
        for (Table table : data.tables()) {
            section(table.title());
            table(table, table.title());
            out.append("</section>\n");
        }
        charts();
        if (!decisions.rows().isEmpty()) {
            section(decisions.title());
            table(decisions, "What was decided for each device in the last round; decisions.csv has every round");
            out.append("</section>\n");
        }
        scenario();
        return out.append("</main>\n</body>\n</html>\n").toString();
    }

    private void head() {
        String title = Html.escape(data.title());
        out.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n");
        out.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n");
        out.append("<meta name=\"color-scheme\" content=\"light dark\"/>\n<title>")
                .append(title);
        out.append("</title>\n<style>\n").append(Palette.css()).append(css()).append("</style>\n</head>\n<body>\n");
        out.append("<header><h1>").append(title).append("</h1></header>\n<main>\n");
    }

    private void notes() {
        List<String> notes = new ArrayList<>(data.notes());
        notes.addAll(drawing.written().notes());
        if (notes.isEmpty()) {
            return;
        }
        section("Notes");
        out.append("<ul class=\"notes\">\n");
        notes.forEach(note -> out.append("<li>").append(Html.escape(note)).append("</li>\n"));
        out.append("</ul>\n</section>\n");
    }

    private void schemes() {
        if (data.runs().isEmpty()) {
            return;
        }
        section(headline.title());
        table(headline, "Totals of all rounds and all devices");
        OptionalDouble target = SchemeSummary.target(data);
        if (target.isPresent() && data.targetAccuracy().isEmpty()) {
            out.append("<p class=\"hint\">").append(Numbers.percent(target.getAsDouble()));
            out.append(" is the highest accuracy that every scheme reached.</p>\n");
        }
        out.append("</section>\n");
    }

    private void charts() {
        if (charts.isEmpty()) {
            section("Charts");
            out.append("<p>There is nothing to draw: no round was recorded.</p>\n</section>\n");
            return;
        }
        section("Charts");
        out.append("<div class=\"charts\">\n");
        charts.forEach(this::chart);
        out.append("</div>\n</section>\n");
    }

    private void chart(Chart chart) {
        out.append("<figure class=\"chart\" id=\"").append(chart.id()).append("\">\n");
        String svg = drawing.svgs().get(chart.id());
        if (svg == null) {
            out.append("<h3>").append(Html.escape(chart.title())).append("</h3>\n");
        } else {
            out.append("<div class=\"wide\" tabindex=\"0\">").append(svg).append("</div>\n");
        }
        out.append("<figcaption>").append(Html.escape(chart.description()));
        out.append(Html.escape(ChartLimits.leftOut(chart))).append("</figcaption>\n");
        out.append("<details><summary>Data: ")
                .append(Html.escape(chart.title()))
                .append("</summary>\n");
        table(chart.table(), chart.title());
        out.append("</details>\n</figure>\n");
    }

    private void scenario() {
        if (data.scenarioYaml().isEmpty()) {
            return;
        }
        section("Scenario");
        out.append("<details><summary>The resolved scenario</summary>\n<pre tabindex=\"0\">");
        out.append(Html.escape(data.scenarioYaml())).append("</pre>\n</details>\n</section>\n");
    }

    private void section(String title) {
        out.append("<section>\n<h2>").append(Html.escape(title)).append("</h2>\n");
    }

    private void table(Table table, String caption) {
        int rows = Math.min(MOST_ROWS, table.rows().size());
        String cut = rows < table.rows().size()
                ? " (first " + rows + " of " + table.rows().size() + " rows; all in " + table.id() + ".csv)"
                : "";
        out.append("<div class=\"wide\" tabindex=\"0\"><table>\n<caption>").append(Html.escape(caption + cut));
        out.append("</caption>\n<thead><tr>");
        for (int column = 0; column < table.columns().size(); column++) {
            out.append("<th scope=\"col\"").append(style(table, column)).append('>');
            out.append(Html.escape(table.columns().get(column))).append("</th>");
        }
        out.append("</tr></thead>\n<tbody>\n");
        table.rows().stream().limit(rows).forEach(this::row);
        out.append("</tbody>\n</table></div>\n");
    }

    private void row(List<Cell> row) {
        out.append("<tr>");
        for (int column = 0; column < row.size(); column++) {
            Cell cell = row.get(column);
            String tag = column == 0 ? "th" : "td";
            out.append('<').append(tag).append(column == 0 ? " scope=\"row\"" : "");
            out.append(cell.numeric() ? " class=\"num\"" : "").append('>');
            out.append(Html.escape(cell.shown())).append("</").append(tag).append('>');
        }
        out.append("</tr>\n");
    }

    private static String style(Table table, int column) {
        boolean numeric =
                !table.rows().isEmpty() && table.rows().get(0).get(column).numeric();
        return numeric ? " class=\"num\"" : "";
    }

    private static String css() {
        try (InputStream css = ReportPage.class.getResourceAsStream("report.css")) {
            if (css == null) {
                throw new IllegalStateException("report.css is missing from this build");
            }
            return new String(css.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
