package io.splittune.simulation.report;

import io.splittune.simulation.report.BarChart.Bars;
import io.splittune.simulation.report.LineChart.Line;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Turns our charts into XChart's, in the look of the report. What a picture cannot carry stays in the table. */
final class ChartLayout {
    /** Points of a curve in a picture: more than its pixels would show nothing more. */
    private static final int MOST_POINTS = 500;
    /** Points of a curve up to which each gets a marker. */
    private static final int MARKED_POINTS = 40;
    /** Characters of a name in a picture. */
    private static final int NAME_LENGTH = 22;
    /** Letters that fit below the plot, or beside each other in its legend. */
    private static final int LETTERS_IN_WIDTH = 66;
    /** Of the vertical axis over the tallest bar. */
    private static final double HEADROOM = 1.06;
    /** Between rotated names: closer, every second or third is named. A largest count would move them off their bars. */
    private static final int ROTATED_NAME_SPACING = 24;

    private static final Marker[] MARKERS = {
        SeriesMarkers.CIRCLE,
        SeriesMarkers.SQUARE,
        SeriesMarkers.DIAMOND,
        SeriesMarkers.TRIANGLE_UP,
        SeriesMarkers.TRIANGLE_DOWN,
        SeriesMarkers.CROSS,
        SeriesMarkers.PLUS,
        SeriesMarkers.RECTANGLE
    };

    private ChartLayout() {}

    /** Returns what paints the chart; it may be used more than once, by one thread at a time. */
    static Consumer<Graphics2D> of(Chart chart) {
        if (chart instanceof LineChart lines) {
            XYChart drawn = lines(lines);
            return canvas -> drawn.paint(canvas, XChartRenderer.WIDTH, XChartRenderer.HEIGHT);
        }
        CategoryChart drawn = bars((BarChart) chart);
        return canvas -> drawn.paint(canvas, XChartRenderer.WIDTH, XChartRenderer.HEIGHT);
    }

    private static XYChart lines(LineChart chart) {
        XYChart drawn = new XYChart(XChartRenderer.WIDTH, XChartRenderer.HEIGHT);
        drawn.setTitle(shortened(chart.title(), LETTERS_IN_WIDTH));
        drawn.setXAxisTitle(chart.xAxis().text());
        drawn.setYAxisTitle(chart.yAxis().text());
        List<Line> lines = chart.lines().stream()
                .filter(line -> !line.isEmpty())
                .limit(ChartLimits.SERIES)
                .toList();
        List<String> names = shown(lines.stream().map(Line::name).toList());
        style(drawn.getStyler(), names);
        drawn.getStyler().setXAxisTickMarkSpacingHint(90);
        drawn.getStyler().setXAxisTickLabelsFormattingFunction(value -> tick(chart.xAxis(), value));
        drawn.getStyler().setYAxisTickLabelsFormattingFunction(value -> tick(chart.yAxis(), value));
        for (int i = 0; i < lines.size(); i++) {
            addLine(drawn, names.get(i), lines.get(i), MARKERS[i % MARKERS.length]);
        }
        return drawn;
    }

    private static void addLine(XYChart drawn, String name, Line line, Marker marker) {
        List<Double> xs = new ArrayList<>();
        List<Double> ys = new ArrayList<>();
        int points = line.xs().size();
        int step = Math.max(1, (points + MOST_POINTS - 1) / MOST_POINTS);
        for (int point = 0; point < points; point++) {
            boolean kept = point % step == 0 || point == points - 1;
            if (kept && Double.isFinite(line.xs().get(point))) {
                xs.add(line.xs().get(point));
                double y = line.ys().get(point);
                ys.add(Double.isFinite(y) ? y : Double.NaN);
            }
        }
        XYSeries series = drawn.addSeries(name, xs, ys);
        series.setMarker(line.joined() && xs.size() > MARKED_POINTS ? SeriesMarkers.NONE : marker);
        if (!line.joined()) {
            series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
        }
    }

    private static CategoryChart bars(BarChart chart) {
        CategoryChart drawn = new CategoryChart(XChartRenderer.WIDTH, XChartRenderer.HEIGHT);
        drawn.setTitle(shortened(chart.title(), LETTERS_IN_WIDTH));
        drawn.setXAxisTitle(chart.xAxis().text());
        drawn.setYAxisTitle(chart.yAxis().text());
        List<Bars> all = chart.bars().stream()
                .filter(bars -> !bars.isEmpty())
                .limit(ChartLimits.SERIES)
                .toList();
        List<String> names = shown(all.stream().map(Bars::name).toList());
        int groups = ChartLimits.groups(chart);
        List<String> categories =
                shown(chart.categories().stream().limit(groups).toList());
        style(drawn.getStyler(), names);
        drawn.getStyler().setStacked(chart.stacked());
        drawn.getStyler().setXAxisTickMarkSpacingHint(10);
        drawn.getStyler().setAvailableSpaceFill(categories.size() > MARKED_POINTS ? 0.9 : 0.7);
        drawn.getStyler().setPlotGridVerticalLinesVisible(false);
        drawn.getStyler().setYAxisTickLabelsFormattingFunction(value -> tick(chart.yAxis(), value));
        if (categories.stream().mapToInt(name -> name.length() + 2).sum() > LETTERS_IN_WIDTH) {
            drawn.getStyler().setXAxisLabelRotation(50);
            drawn.getStyler().setXAxisLabelAlignment(AxesChartStyler.TextAlignment.Right);
            drawn.getStyler().setXAxisTickMarkSpacingHint(ROTATED_NAME_SPACING);
        }
        double top = top(all, chart.stacked());
        if (top > 0) {
            drawn.getStyler().setYAxisMax(top * HEADROOM);
        }
        for (int i = 0; i < all.size(); i++) {
            List<Double> values = all.get(i).values().stream()
                    .limit(groups)
                    .map(value -> Double.isFinite(value) ? value : Double.NaN)
                    .toList();
            drawn.addSeries(names.get(i), categories, values);
        }
        return drawn;
    }

    /** Returns where the tallest bar or stack ends. */
    private static double top(List<Bars> bars, boolean stacked) {
        double top = 0;
        for (int category = 0; category < bars.get(0).values().size(); category++) {
            double height = 0;
            for (Bars one : bars) {
                double value = one.values().get(category);
                if (Double.isFinite(value)) {
                    height = stacked ? height + value : Math.max(height, value);
                }
            }
            top = Math.max(top, height);
        }
        return top;
    }

    private static void style(AxesChartStyler styler, List<String> names) {
        styler.setLocale(Locale.ROOT);
        styler.setBaseFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 15));
        styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        styler.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBackgroundColor(Color.WHITE);
        styler.setLegendBackgroundColor(Color.WHITE);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setPlotBorderVisible(false);
        styler.setChartFontColor(color(Palette.INK));
        styler.setXAxisTitleColor(color(Palette.INK));
        styler.setYAxisTitleColor(color(Palette.INK));
        styler.setAxisTickLabelsColor(color(Palette.INK));
        styler.setAxisTickMarksColor(color(Palette.AXIS));
        styler.setPlotGridLinesColor(color(Palette.GRID));
        styler.setPlotGridLinesStroke(new BasicStroke(1));
        styler.setSeriesColors(Palette.SERIES.stream().map(ChartLayout::color).toArray(Color[]::new));
        styler.setSeriesLines(new BasicStroke[] {new BasicStroke(2, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND)});
        styler.setMarkerSize(6);
        styler.setChartTitlePadding(8);
        styler.setYAxisLabelAlignment(AxesChartStyler.TextAlignment.Right);
        styler.setChartPadding(12);
        styler.setLegendSeriesLineLength(20);
        legend(styler, names);
    }

    private static Color color(Palette.Shade shade) {
        return new Color(shade.light());
    }

    private static void legend(AxesChartStyler styler, List<String> names) {
        boolean oneRow = names.stream().mapToInt(name -> name.length() + 6).sum() <= LETTERS_IN_WIDTH;
        styler.setLegendVisible(names.size() > 1);
        styler.setLegendPosition(oneRow ? LegendPosition.OutsideS : LegendPosition.OutsideE);
        styler.setLegendLayout(oneRow ? LegendLayout.Horizontal : LegendLayout.Vertical);
    }

    /** Returns the names as they fit: shortened where they stay different, else numbered. */
    private static List<String> shown(List<String> names) {
        List<String> shown =
                names.stream().map(name -> shortened(name, NAME_LENGTH)).toList();
        if (shown.stream().distinct().count() == names.size()) {
            return shown;
        }
        List<String> numbered = new ArrayList<>();
        for (int i = 0; i < shown.size(); i++) {
            numbered.add((i + 1) + " " + shortened(names.get(i), NAME_LENGTH - 5));
        }
        return numbered;
    }

    private static String shortened(String name, int length) {
        String line = name.replaceAll("\\p{Cntrl}", " ");
        if (line.isBlank()) {
            return "(no name)";
        }
        int half = (length - 1) / 2;
        return line.length() <= length
                ? line
                : line.substring(0, length - 1 - half) + "\u2026" + line.substring(line.length() - half);
    }

    /** Returns a tick's number; between whole numbers there is none where only those make sense. */
    private static String tick(Axis axis, double value) {
        double whole = Math.rint(value);
        return axis.whole() && Math.abs(value - whole) > 1e-6 ? " " : Numbers.digits(value, 8);
    }
}
