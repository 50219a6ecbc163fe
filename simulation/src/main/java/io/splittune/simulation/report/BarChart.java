package io.splittune.simulation.report;

import io.splittune.core.Check;
import java.util.ArrayList;
import java.util.List;

/**
 * Bars over names, side by side or stacked.
 *
 * @param id name of its files
 * @param title heading
 * @param description for a reader who cannot see the picture
 * @param xAxis what the categories are
 * @param yAxis vertical axis
 * @param categories different names, in order
 * @param bars one value per category each, of different names
 * @param stacked whether the bars of a category stand on each other; then values are not negative
 */
public record BarChart(
        String id,
        String title,
        String description,
        Axis xAxis,
        Axis yAxis,
        List<String> categories,
        List<Bars> bars,
        boolean stacked)
        implements Chart {
    /** Copies the lists. */
    public BarChart {
        Names.requireFileName(id);
        categories = List.copyOf(categories);
        bars = List.copyOf(bars);
        Names.requireDifferent(categories, "categories");
        Names.requireDifferent(bars.stream().map(Bars::name).toList(), "bars");
        for (Bars one : bars) {
            Check.require(
                    one.values.size() == categories.size(),
                    "bars (%s) has %s values for %s categories.",
                    one.name,
                    one.values.size(),
                    categories.size());
            Check.require(
                    !stacked || one.values.stream().noneMatch(value -> value < 0),
                    "bars (%s) must not be negative when stacked.",
                    one.name);
        }
    }

    /**
     * The bars of one colour.
     *
     * @param name shown in the legend
     * @param values one per category; what is not finite is left out
     */
    public record Bars(String name, List<Double> values) {
        /** Copies the list. */
        public Bars {
            values = List.copyOf(values);
        }

        boolean isEmpty() {
            return values.stream().noneMatch(Double::isFinite);
        }
    }

    @Override
    public boolean isEmpty() {
        return bars.stream().allMatch(Bars::isEmpty);
    }

    @Override
    public Table table() {
        List<String> columns = new ArrayList<>();
        columns.add(xAxis.text());
        for (Bars one : bars) {
            columns.add(bars.size() == 1 ? yAxis.text() : one.name + unit());
        }
        List<List<Cell>> rows = new ArrayList<>();
        for (int category = 0; category < categories.size(); category++) {
            List<Cell> row = new ArrayList<>();
            row.add(Cell.text(categories.get(category)));
            for (Bars one : bars) {
                row.add(Cell.number(one.values.get(category)));
            }
            rows.add(row);
        }
        return new Table(id, title, columns, rows);
    }

    private String unit() {
        return yAxis.unit().isEmpty() ? "" : " (" + yAxis.unit() + ")";
    }
}
