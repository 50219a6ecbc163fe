package io.splittune.simulation.report;

/** How much of a chart a picture carries; the table has all. */
final class ChartLimits {
    /** Series in a picture: one per colour. */
    static final int SERIES = Palette.SERIES.size();
    /** Bars beside each other in a picture: beyond, one is thinner than a pixel. */
    private static final int BARS = 240;

    private ChartLimits() {}

    /** Returns how many groups of bars the picture has. */
    static int groups(BarChart chart) {
        long beside = chart.stacked() ? 1 : Math.max(1, Math.min(SERIES, drawn(chart)));
        // Half of it for stacks: their colours want some width.
        long most = chart.stacked() ? BARS / 2 : BARS / beside;
        return (int) Math.min(chart.categories().size(), most);
    }

    /** Returns a sentence, after a space, on what the picture leaves out; empty when it has all. */
    static String leftOut(Chart chart) {
        StringBuilder text = new StringBuilder();
        long series = drawn(chart);
        if (series > SERIES) {
            text.append(" The picture shows the first ")
                    .append(SERIES)
                    .append(" of ")
                    .append(series)
                    .append(" series.");
        }
        if (chart instanceof BarChart bars && groups(bars) < bars.categories().size()) {
            text.append(" The picture shows the first ").append(groups(bars)).append(" of ");
            text.append(bars.categories().size()).append(" groups.");
        }
        return text.toString();
    }

    /** Returns how many series have a value. */
    private static long drawn(Chart chart) {
        return chart instanceof LineChart lines
                ? lines.lines().stream().filter(line -> !line.isEmpty()).count()
                : ((BarChart) chart)
                        .bars().stream().filter(bars -> !bars.isEmpty()).count();
    }
}
