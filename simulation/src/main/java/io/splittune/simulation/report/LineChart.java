package io.splittune.simulation.report;

import io.splittune.core.Check;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Curves over numbers.
 *
 * @param id name of its files
 * @param title heading
 * @param description for a reader who cannot see the picture
 * @param xAxis horizontal axis
 * @param yAxis vertical axis
 * @param lines curves of different names, any number
 */
public record LineChart(String id, String title, String description, Axis xAxis, Axis yAxis, List<Line> lines)
        implements Chart {
    /** Copies the list. */
    public LineChart {
        Names.requireFileName(id);
        lines = List.copyOf(lines);
        Names.requireDifferent(lines.stream().map(Line::name).toList(), "lines");
    }

    /**
     * One curve.
     *
     * @param name shown in the legend
     * @param xs one per point; a point whose x is not finite is not drawn
     * @param ys as many; a value that is not finite is a gap
     * @param joined whether the points are joined, or stand alone as markers
     */
    public record Line(String name, List<Double> xs, List<Double> ys, boolean joined) {
        /** Copies the lists. */
        public Line {
            xs = List.copyOf(xs);
            ys = List.copyOf(ys);
            Check.require(
                    xs.size() == ys.size(), "line (%s) has %s x and %s y, not as many.", name, xs.size(), ys.size());
        }

        /** Returns a curve whose points are joined. */
        public static Line joined(String name, double[] xs, double[] ys) {
            return new Line(name, boxed(xs), boxed(ys), true);
        }

        /** Returns points that stand alone. */
        public static Line points(String name, double[] xs, double[] ys) {
            return new Line(name, boxed(xs), boxed(ys), false);
        }

        boolean isDrawn(int point) {
            return Double.isFinite(xs.get(point)) && Double.isFinite(ys.get(point));
        }

        boolean isEmpty() {
            for (int point = 0; point < xs.size(); point++) {
                if (isDrawn(point)) {
                    return false;
                }
            }
            return true;
        }

        private static List<Double> boxed(double[] values) {
            return Arrays.stream(values).boxed().toList();
        }
    }

    @Override
    public boolean isEmpty() {
        return lines.stream().allMatch(Line::isEmpty);
    }

    @Override
    public Table table() {
        List<List<Cell>> rows = new ArrayList<>();
        for (Line line : lines) {
            for (int point = 0; point < line.xs.size(); point++) {
                rows.add(List.of(
                        Cell.text(line.name), Cell.number(line.xs.get(point)), Cell.number(line.ys.get(point))));
            }
        }
        return new Table(id, title, List.of("Series", xAxis.text(), yAxis.text()), rows);
    }
}
