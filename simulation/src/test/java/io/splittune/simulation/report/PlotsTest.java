package io.splittune.simulation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.splittune.simulation.report.BarChart.Bars;
import io.splittune.simulation.report.LineChart.Line;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlotsTest {
    private static final double NAN = Double.NaN;
    private static final double INFINITE = Double.POSITIVE_INFINITY;

    @TempDir
    private Path folder;

    @Test
    void aChartBecomesThreeFiles() throws IOException {
        WrittenFiles written = new Plots().write(folder, List.of(lines(line("sft", 1, 2, 3), line("fl", 3, 4, NAN))));

        assertThat(written.files())
                .containsExactly(folder.resolve("c.csv"), folder.resolve("c.svg"), folder.resolve("c.png"));
        assertThat(Files.readString(folder.resolve("c.csv")))
                .isEqualTo("Series,Round,Delay (s)\r\nsft,0,1\r\nsft,1,2\r\nsft,2,3\r\nfl,0,3\r\nfl,1,4\r\nfl,2,\r\n");
        assertThat(Files.readString(folder.resolve("c.svg")))
                .startsWith(
                        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=")
                .contains("<title id=\"c-title\">T</title>", "<desc id=\"c-desc\">D</desc>");
        BufferedImage image = ImageIO.read(folder.resolve("c.png").toFile());
        assertThat(colors(image))
                .contains(Palette.SERIES.get(0).light(), Palette.SERIES.get(1).light());
    }

    @Test
    void stackedBarsStandOnEachOther() throws IOException {
        Chart stacked =
                bars(true, List.of("a", "b"), new Bars("x", List.of(1.0, NAN)), new Bars("y", List.of(2.0, 3.0)));

        String svg = svg(stacked);

        List<double[]> first = rectangles(svg, Palette.SERIES.get(0));
        List<double[]> second = rectangles(svg, Palette.SERIES.get(1));
        double[] below = first.get(0);
        double[] above = second.get(0);
        assertThat(above[0]).isEqualTo(below[0]);
        assertThat(above[1] + above[3]).isCloseTo(below[1], within(0.2));
        assertThat(above[3]).isCloseTo(2 * below[3], within(0.3));
    }

    @Test
    void aCurveIsOneLineAndAGapMakesItTwo() throws IOException {
        double[] curve = IntStream.range(0, 50).mapToDouble(Math::sqrt).toArray();
        assertThat(count(svg(lines(line("a", curve))), "<polyline")).isEqualTo(1);
        curve[20] = NAN;
        assertThat(count(svg(lines(line("a", curve))), "<polyline")).isEqualTo(2);
    }

    @Test
    void oddValuesAreDrawnWithoutComplaint() throws IOException {
        double[][] odd = {
            {5},
            {0, 0, 0},
            {7, 7},
            {NAN, 1, NAN},
            {1, INFINITE, -INFINITE, 2},
            {1e300, -1e300},
            {1e-300, 2e-300},
            {1e15, 1e15 + 1},
            {-3, -1},
            {1e-9, 1e9}
        };
        List<Chart> charts = new ArrayList<>();
        for (int i = 0; i < odd.length; i++) {
            charts.add(new LineChart(
                    "l" + i, "T", "D", Axis.counting("x"), Axis.of("y", "s"), List.of(line("a", odd[i]))));
            List<String> names = IntStream.range(0, odd[i].length)
                    .mapToObj(Integer::toString)
                    .toList();
            charts.add(new BarChart(
                    "b" + i,
                    "T",
                    "D",
                    Axis.counting("x"),
                    Axis.counting("y"),
                    names,
                    List.of(new Bars("a", line("a", odd[i]).ys())),
                    false));
        }

        new Plots().write(folder, charts);

        assertThat(charts).allSatisfy(chart -> {
            assertThat(folder.resolve(chart.id() + ".svg")).isNotEmptyFile();
            assertThat(folder.resolve(chart.id() + ".png")).isNotEmptyFile();
        });
    }

    @Test
    void oddNamesAreDrawnWithoutComplaint() throws IOException {
        String same = "a name that is long and the same up to here ";
        List<String> names = List.of(
                "", " ", "\u0000\n", same + "1 or so it goes on", same + "2 or so it goes on", "\u4e2d\ud83d\ude00");
        List<Bars> series = names.stream()
                .map(name -> new Bars(name, List.of(1.0, 2.0, 3.0, 4.0, 5.0, 6.0)))
                .toList();
        List<Line> curves = names.stream().map(name -> line(name, 1, 2)).toList();

        new Plots()
                .write(
                        folder,
                        List.of(
                                bars(false, names, series.toArray(Bars[]::new)),
                                new LineChart("l", "", "", Axis.of("x", "<"), Axis.of("y", "&"), curves)));

        assertThat(folder.resolve("c.svg")).isNotEmptyFile();
        assertThat(folder.resolve("l.svg")).isNotEmptyFile();
    }

    @Test
    void aChartWithoutAValueGetsItsCsvAlone() throws IOException {
        WrittenFiles written = new Plots().write(folder, List.of(lines(line("a", NAN, INFINITE))));

        assertThat(written.files()).containsExactly(folder.resolve("c.csv"));
        assertThat(written.notes()).isEmpty();
    }

    @Test
    void whatAPictureLeavesOutIsSaid() {
        List<String> devices =
                IntStream.range(0, 500).mapToObj(i -> "device-" + i).toList();
        Bars bars = new Bars("a", devices.stream().map(device -> 1.0).toList());
        Line[] curves = IntStream.range(0, 9).mapToObj(i -> line("" + i, 1)).toArray(Line[]::new);

        assertThat(ChartLimits.leftOut(lines(line("a", 1)))).isEmpty();
        assertThat(ChartLimits.leftOut(lines(curves))).isEqualTo(" The picture shows the first 8 of 9 series.");
        assertThat(ChartLimits.leftOut(bars(false, devices, bars)))
                .isEqualTo(" The picture shows the first 240 of 500 groups.");
        assertThat(ChartLimits.leftOut(bars(true, devices, bars)))
                .isEqualTo(" The picture shows the first 120 of 500 groups.");
    }

    @Test
    void chartsThatContradictThemselvesAreRefused() {
        assertThatThrownBy(() -> lines(line("a", 1), line("a", 2))).hasMessage("lines (a) must have different names.");
        assertThatThrownBy(() -> Line.joined("a", new double[1], new double[2]))
                .hasMessage("line (a) has 1 x and 2 y, not as many.");
        assertThatThrownBy(() -> bars(false, List.of("x"), new Bars("a", List.of())))
                .hasMessage("bars (a) has 0 values for 1 categories.");
        assertThatThrownBy(() -> bars(true, List.of("x"), new Bars("a", List.of(-1.0))))
                .hasMessage("bars (a) must not be negative when stacked.");
        assertThatThrownBy(() -> bars(false, List.of("x", "x")))
                .hasMessage("categories (x) must have different names.");
        assertThatThrownBy(() -> new LineChart("../up", "T", "D", Axis.counting("x"), Axis.counting("y"), List.of()))
                .hasMessage("id (../up) must be lower-case letters, digits and hyphens, at most 80.");
        assertThatThrownBy(() -> Axis.counting(" ")).hasMessage("label ( ) must not be blank.");
        assertThatThrownBy(() -> new Plots().write(folder, List.of(lines(), lines())))
                .hasMessage("charts (c) must have different names.");
        assertThatThrownBy(() -> new Table("t", "T", List.of("a"), List.of(List.of())))
                .hasMessage("table (t) has 0 cells for 1 columns.");
        assertThatThrownBy(() -> InventedRuns.run("x", 1, 1, -1, 0.1, 50)).hasMessageContaining("must be >= 0");
        assertThatThrownBy(() -> new SchemeRun("x", 1.5, List.of()))
                .hasMessage("initialAccuracy (1.5) must lie in [0, 1] or be NaN.");
    }

    private static Line line(String name, double... ys) {
        return Line.joined(name, IntStream.range(0, ys.length).asDoubleStream().toArray(), ys);
    }

    private static LineChart lines(Line... lines) {
        return new LineChart("c", "T", "D", Axis.counting("Round"), Axis.of("Delay", "s"), List.of(lines));
    }

    private static BarChart bars(boolean stacked, List<String> categories, Bars... bars) {
        return new BarChart(
                "c", "T", "D", Axis.counting("Scheme"), Axis.of("Delay", "s"), categories, List.of(bars), stacked);
    }

    private String svg(Chart chart) throws IOException {
        new Plots().write(folder, List.of(chart));
        return Files.readString(folder.resolve("c.svg"));
    }

    private static int count(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }

    private static List<Integer> colors(BufferedImage image) {
        return IntStream.range(0, image.getWidth() * image.getHeight())
                .map(i -> image.getRGB(i % image.getWidth(), i / image.getWidth()) & 0xffffff)
                .distinct()
                .boxed()
                .toList();
    }

    /** Returns x, y, width and height of what is filled with a colour, from left to right as drawn. */
    private static List<double[]> rectangles(String svg, Palette.Shade shade) {
        Color color = new Color(shade.light());
        String fill = "fill=\"rgb(" + color.getRed() + "," + color.getGreen() + "," + color.getBlue() + ")\"";
        Matcher paths = Pattern.compile("<path[^>]* d=\"([^\"]*)\" " + Pattern.quote(fill))
                .matcher(svg);
        List<double[]> found = new ArrayList<>();
        while (paths.find()) {
            found.add(bounds(paths.group(1)));
        }
        return found;
    }

    private static double[] bounds(String path) {
        double[] numbers = Pattern.compile("[^0-9.\\-]+")
                .splitAsStream(path)
                .filter(part -> !part.isEmpty())
                .mapToDouble(Double::parseDouble)
                .toArray();
        double[] low = {INFINITE, INFINITE};
        double[] high = {-INFINITE, -INFINITE};
        for (int i = 0; i < numbers.length; i++) {
            low[i % 2] = Math.min(low[i % 2], numbers[i]);
            high[i % 2] = Math.max(high[i % 2], numbers[i]);
        }
        return new double[] {low[0], low[1], high[0] - low[0], high[1] - low[1]};
    }
}
