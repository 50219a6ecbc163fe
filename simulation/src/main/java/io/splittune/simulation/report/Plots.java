package io.splittune.simulation.report;

import io.splittune.core.AtomicFiles;
import io.splittune.simulation.report.ChartRenderer.Picture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes charts as {@code ID.svg}, {@code ID.png} and {@code ID.csv}.
 *
 * <p>Pictures need the fonts of the machine. Where there are none, the CSV files are written alone and a note says so.
 * Thread-safe.
 */
public final class Plots {
    private static final String SVG_HEAD = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

    private final ChartRenderer renderer;

    /** Makes plots that are drawn by XChart. */
    public Plots() {
        this(new XChartRenderer());
    }

    Plots(ChartRenderer renderer) {
        this.renderer = renderer;
    }

    /** Files, and the pictures by a chart's id. */
    record Drawing(WrittenFiles written, Map<String, String> svgs) {}

    /**
     * Writes the charts; one without any value gets its CSV file alone.
     *
     * @param folder made when missing
     * @param charts of different ids
     * @return files and notes
     * @throws IOException when writing fails
     */
    public WrittenFiles write(Path folder, List<Chart> charts) throws IOException {
        return draw(folder, charts).written();
    }

    Drawing draw(Path folder, List<Chart> charts) throws IOException {
        Names.requireDifferent(charts.stream().map(Chart::id).toList(), "charts");
        List<Path> files = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        Map<String, String> svgs = new LinkedHashMap<>();
        for (Chart chart : charts) {
            Path csv = folder.resolve(chart.id() + ".csv");
            Csv.write(csv, chart.table());
            files.add(csv);
            if (chart.isEmpty() || !notes.isEmpty()) {
                continue;
            }
            try {
                Picture picture = renderer.render(chart);
                svgs.put(chart.id(), picture.svg());
                files.addAll(write(folder, chart.id(), picture));
            } catch (PicturesUnavailableException noPictures) {
                notes.add("Pictures are left out, tables remain: " + noPictures.getMessage());
            }
        }
        return new Drawing(new WrittenFiles(files, notes), svgs);
    }

    private static List<Path> write(Path folder, String id, Picture picture) throws IOException {
        Path svg = folder.resolve(id + ".svg");
        AtomicFiles.writeString(
                svg, SVG_HEAD + picture.svg().replaceFirst("<svg ", "<svg xmlns=\"http://www.w3.org/2000/svg\" "));
        Path png = folder.resolve(id + ".png");
        AtomicFiles.write(png, picture.png());
        return List.of(svg, png);
    }
}
