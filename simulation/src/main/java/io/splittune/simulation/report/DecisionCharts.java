package io.splittune.simulation.report;

import io.splittune.simulation.report.BarChart.Bars;
import io.splittune.simulation.report.LineChart.Line;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** Charts of what was decided for each device. */
final class DecisionCharts {
    /** Schemes whose bandwidths are drawn round by round: a chart each. */
    private static final int MOST_BANDWIDTH_CHARTS = 4;

    private DecisionCharts() {}

    static List<Chart> of(List<SchemeRun> runs) {
        Map<String, Map<String, DeviceDecision>> last = new LinkedHashMap<>();
        Set<String> ids = new LinkedHashSet<>();
        for (SchemeRun run : runs) {
            Map<String, DeviceDecision> decisions = new HashMap<>();
            run.rounds().stream()
                    .filter(round -> !round.devices().isEmpty())
                    .reduce((earlier, later) -> later)
                    .ifPresent(round -> round.devices().forEach(device -> decisions.put(device.id(), device)));
            last.put(run.scheme(), decisions);
            run.rounds().forEach(round -> round.devices().forEach(device -> ids.add(device.id())));
        }
        List<String> devices = List.copyOf(ids);
        Unit unit = Unit.ofHertz(last.values().stream()
                .flatMap(decisions -> decisions.values().stream())
                .mapToDouble(DeviceDecision::bandwidthHz)
                .filter(Double::isFinite)
                .max()
                .orElse(0));
        List<Chart> charts = new ArrayList<>();
        charts.add(byDevice(
                "cut-by-device",
                "Cut by device, last round",
                "Blocks of the model on each device in the last round, per scheme.",
                Axis.counting("Blocks on the device"),
                devices,
                bars(last, devices, DeviceDecision::cut)));
        charts.add(byDevice(
                "bandwidth-by-device",
                "Bandwidth by device, last round",
                "Bandwidth given to each device in the last round, per scheme.",
                Axis.of("Bandwidth", unit.symbol()),
                devices,
                bars(last, devices, device -> unit.of(device.bandwidthHz()))));
        charts.addAll(bandwidthByRound(runs));
        return charts;
    }

    private static Chart byDevice(
            String id, String title, String description, Axis yAxis, List<String> devices, List<Bars> bars) {
        return new BarChart(id, title, description, Axis.counting("Device"), yAxis, devices, bars, false);
    }

    private static List<Bars> bars(
            Map<String, Map<String, DeviceDecision>> last,
            List<String> devices,
            ToDoubleFunction<DeviceDecision> value) {
        List<Bars> bars = new ArrayList<>();
        last.forEach((scheme, decisions) -> bars.add(new Bars(
                scheme,
                devices.stream()
                        .map(id -> decisions.containsKey(id) ? value.applyAsDouble(decisions.get(id)) : Double.NaN)
                        .toList())));
        return bars;
    }

    /** Returns a chart for each of the first schemes that gave a device more in one round than in another. */
    private static List<Chart> bandwidthByRound(List<SchemeRun> runs) {
        List<Chart> charts = new ArrayList<>();
        for (SchemeRun run : runs) {
            Map<String, List<double[]>> points = bandwidths(run);
            boolean changes = points.values().stream()
                    .anyMatch(ofDevice -> ofDevice.stream().anyMatch(point -> point[1] != ofDevice.get(0)[1]));
            if (changes && charts.size() < MOST_BANDWIDTH_CHARTS) {
                charts.add(bandwidthByRound("bandwidth-by-round-" + (charts.size() + 1), run.scheme(), points));
            }
        }
        return charts;
    }

    private static Chart bandwidthByRound(String id, String scheme, Map<String, List<double[]>> points) {
        Unit unit = Unit.ofHertz(points.values().stream()
                .flatMap(List::stream)
                .mapToDouble(point -> point[1])
                .max()
                .orElse(0));
        List<Line> lines = new ArrayList<>();
        points.forEach((device, ofDevice) -> lines.add(Line.joined(
                device,
                ofDevice.stream().mapToDouble(point -> point[0]).toArray(),
                ofDevice.stream().mapToDouble(point -> unit.of(point[1])).toArray())));
        return new LineChart(
                id,
                "Bandwidth against round: " + scheme,
                "Bandwidth given to each device in each round by the scheme " + scheme + ".",
                Axis.counting("Round"),
                Axis.of("Bandwidth", unit.symbol()),
                lines);
    }

    /** Returns (round, hertz) by device, where known. */
    private static Map<String, List<double[]>> bandwidths(SchemeRun run) {
        Map<String, List<double[]>> points = new LinkedHashMap<>();
        for (RoundPoint round : run.rounds()) {
            for (DeviceDecision device : round.devices()) {
                if (Double.isFinite(device.bandwidthHz())) {
                    points.computeIfAbsent(device.id(), unseen -> new ArrayList<>())
                            .add(new double[] {round.round(), device.bandwidthHz()});
                }
            }
        }
        return points;
    }
}
