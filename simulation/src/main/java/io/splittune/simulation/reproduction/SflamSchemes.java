package io.splittune.simulation.reproduction;

import io.splittune.core.RandomStreams;
import io.splittune.planner.SflamDevice;
import io.splittune.planner.SflamParticipant;
import io.splittune.planner.SflamPlan;
import io.splittune.planner.SflamPlanner;
import io.splittune.planner.SflamProblem;
import io.splittune.simulation.report.Axis;
import io.splittune.simulation.report.Chart;
import io.splittune.simulation.report.LineChart;
import io.splittune.simulation.report.LineChart.Line;
import io.splittune.wireless.SflamSetting;
import io.splittune.wireless.Shannon;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Time and energy of a round by the number of devices: SFLAM Fig. 5.
 *
 * <p>A round is five local epochs; every device takes part, on a block of its own, at all its power where power is not
 * managed. The deadline of the proposed is ours: half way between what 4 bits at all power need and what split federated
 * learning takes.
 */
final class SflamSchemes implements Section {
    private static final int[] DEVICES = {10, 20, 30, 40, 50};
    private static final int DRAWS = 15;

    private final RandomStreams streams;
    private final List<Map<Scheme, Cost>> medians = new ArrayList<>();

    private enum Scheme {
        FL("fl", "FL"),
        SL("sl", "SL"),
        SFL("sfl", "SFL"),
        PROPOSED("sflam", "Proposed"),
        FULL_POWER("sflam-full-power", "Proposed, all power");

        private final String id;
        private final String words;

        Scheme(String id, String words) {
            this.id = id;
            this.words = words;
        }
    }

    /** Of a round: seconds of the slowest, or of all where devices take turns; joules of all devices. */
    private record Cost(
            double computeSeconds, double computeJoules, double airSeconds, double airJoules, double seconds) {
        double joules() {
            return computeJoules + airJoules;
        }

        static Cost median(List<Cost> costs) {
            return new Cost(
                    median(costs, Cost::computeSeconds),
                    median(costs, Cost::computeJoules),
                    median(costs, Cost::airSeconds),
                    median(costs, Cost::airJoules),
                    median(costs, Cost::seconds));
        }

        private static double median(List<Cost> costs, ToDoubleFunction<Cost> value) {
            double[] sorted = costs.stream().mapToDouble(value).sorted().toArray();
            return sorted[sorted.length / 2];
        }
    }

    /** A device's part of a round. */
    private record Part(
            double computeSeconds, double computeJoules, double airSeconds, double airJoules, double serverSeconds) {
        double seconds() {
            return computeSeconds + airSeconds + serverSeconds;
        }

        double processorSeconds() {
            return computeSeconds + serverSeconds;
        }
    }

    SflamSchemes(RandomStreams streams) {
        this.streams = streams;
        for (int devices : DEVICES) {
            Map<Scheme, List<Cost>> drawn = new EnumMap<>(Scheme.class);
            for (int draw = 0; draw < DRAWS; draw++) {
                costs(draw, devices)
                        .forEach((scheme, cost) -> drawn.computeIfAbsent(scheme, key -> new ArrayList<>())
                                .add(cost));
            }
            Map<Scheme, Cost> of = new EnumMap<>(Scheme.class);
            drawn.forEach((scheme, costs) -> of.put(scheme, Cost.median(costs)));
            medians.add(of);
        }
    }

    private Map<Scheme, Cost> costs(int draw, int devices) {
        RandomStreams own = SflamDraws.streams(streams, draw);
        SflamProblem any = SflamDraws.wholeRound(own, devices, 1);
        int[] blocks = bestFreeBlocks(any);
        List<Part> split = parts(any, blocks, any.batch().sentBits(32));
        Cost parallel = parallel(split);
        double least = parallel(parts(any, blocks, any.batch().sentBits(SflamSetting.MIN_BITS)))
                .seconds();
        SflamProblem problem = SflamDraws.wholeRound(own, devices, (least + parallel.seconds()) / 2);
        Map<Scheme, Cost> costs = new EnumMap<>(Scheme.class);
        costs.put(Scheme.FL, parallel(wholeModels(any, blocks)));
        costs.put(Scheme.SL, sequential(split));
        costs.put(Scheme.SFL, parallel);
        costs.put(Scheme.PROPOSED, planned(SflamPlanner.proposed().solve(problem)));
        costs.put(
                Scheme.FULL_POWER,
                planned(SflamPlanner.equalPower(SflamSetting.GREATEST_MAX_POWER_WATTS)
                        .solve(problem)));
        return costs;
    }

    /** Each device in turn takes the best of the blocks that are left. */
    private static int[] bestFreeBlocks(SflamProblem problem) {
        int count = problem.devices().size();
        int[] chosen = new int[count];
        boolean[] taken = new boolean[count];
        for (int n = 0; n < count; n++) {
            int best = -1;
            for (int k = 0; k < count; k++) {
                if (!taken[k] && (best < 0 || gain(problem, n, k) > gain(problem, n, best))) {
                    best = k;
                }
            }
            chosen[n] = best;
            taken[best] = true;
        }
        return chosen;
    }

    private static double gain(SflamProblem problem, int device, int block) {
        return problem.gains().gainToNoise(device, block, problem.round());
    }

    private static double uploadSeconds(SflamProblem problem, int device, int block, double bits) {
        double watts = problem.devices().get(device).hardware().txPowerWatts();
        return bits / (problem.blockWidthHz() * Shannon.bitsPerHz(watts * gain(problem, device, block)));
    }

    /** A split round that sends that many bits a mini-batch. */
    private static List<Part> parts(SflamProblem problem, int[] blocks, double bits) {
        return IntStream.range(0, blocks.length)
                .mapToObj(n -> {
                    SflamDevice device = problem.devices().get(n);
                    double air = device.iterations() * uploadSeconds(problem, n, blocks[n], bits);
                    double server = device.iterations()
                            * problem.batch().serverOperations()
                            / problem.server().flopsPerSecond();
                    return part(device, problem.batch().deviceOperations(), air, server);
                })
                .toList();
    }

    /** Federated learning: the whole model on the device, sent once. */
    private static List<Part> wholeModels(SflamProblem problem, int[] blocks) {
        double operations = problem.batch().deviceOperations() + problem.batch().serverOperations();
        double bits = SflamSetting.workload(SflamTableTwo.CLASSES).modelBits();
        return IntStream.range(0, blocks.length)
                .mapToObj(
                        n -> part(problem.devices().get(n), operations, uploadSeconds(problem, n, blocks[n], bits), 0))
                .toList();
    }

    private static Part part(SflamDevice device, double operations, double airSeconds, double serverSeconds) {
        double seconds = device.iterations() * operations / device.hardware().flopsPerSecond();
        return new Part(
                seconds,
                device.hardware().computePowerWatts() * seconds,
                airSeconds,
                device.hardware().txPowerWatts() * airSeconds,
                serverSeconds);
    }

    private static Cost planned(SflamPlan plan) {
        return parallel(plan.participants().stream().map(SflamSchemes::part).toList());
    }

    private static Part part(SflamParticipant participant) {
        return new Part(
                participant.computeSeconds(),
                participant.computeJoules(),
                participant.uploadSeconds(),
                participant.uploadJoules(),
                participant.serverSeconds());
    }

    private static Cost parallel(List<Part> parts) {
        return new Cost(
                parts.stream().mapToDouble(Part::processorSeconds).max().orElseThrow(),
                parts.stream().mapToDouble(Part::computeJoules).sum(),
                parts.stream().mapToDouble(Part::airSeconds).max().orElseThrow(),
                parts.stream().mapToDouble(Part::airJoules).sum(),
                parts.stream().mapToDouble(Part::seconds).max().orElseThrow());
    }

    private static Cost sequential(List<Part> parts) {
        return new Cost(
                parts.stream().mapToDouble(Part::processorSeconds).sum(),
                parts.stream().mapToDouble(Part::computeJoules).sum(),
                parts.stream().mapToDouble(Part::airSeconds).sum(),
                parts.stream().mapToDouble(Part::airJoules).sum(),
                parts.stream().mapToDouble(Part::seconds).sum());
    }

    /** A panel of the figure. */
    private record Panel(String id, String words, String unit, ToDoubleFunction<Cost> value) {}

    private static final List<Panel> PANELS = List.of(
            new Panel("compute-seconds", "computing time", "s", Cost::computeSeconds),
            new Panel("compute-joules", "computing energy", "J", Cost::computeJoules),
            new Panel("air-seconds", "communication time", "s", Cost::airSeconds),
            new Panel("air-joules", "communication energy", "J", Cost::airJoules),
            new Panel("seconds", "time", "s", Cost::seconds),
            new Panel("joules", "energy", "J", Cost::joules));

    @Override
    public List<ReproductionRow> rows() {
        List<ReproductionRow> rows = new ArrayList<>();
        int last = DEVICES.length - 1;
        for (Panel panel : PANELS) {
            for (Scheme scheme : Scheme.values()) {
                rows.add(ReproductionRow.ours(
                        "sflam.fig5." + scheme.id + "." + panel.id,
                        String.format(
                                Locale.ROOT,
                                "Fig. 5: %s of a round, %s, %d devices (%s)",
                                panel.words,
                                scheme.words,
                                DEVICES[last],
                                panel.unit),
                        value(last, scheme, panel),
                        Status.RECONSTRUCTED,
                        SflamDraws.NOTE + note(scheme)));
            }
        }
        return rows;
    }

    private static String note(Scheme scheme) {
        return switch (scheme) {
            case FL -> "The whole model is trained on each device and sent once; the paper says it takes longest.";
            case SL -> "Devices take turns, 32 bits.";
            case SFL -> "Devices in parallel, 32 bits, all power.";
            case PROPOSED ->
                "Power control spends the time up to T_max, so fast devices send slowly and save energy; T_max is ours.";
            case FULL_POWER -> "As proposed, but at all power.";
        };
    }

    private double value(int at, Scheme scheme, Panel panel) {
        Cost cost = medians.get(at).get(scheme);
        if (cost == null) {
            throw new IllegalStateException("No cost of " + scheme + ".");
        }
        return panel.value.applyAsDouble(cost);
    }

    @Override
    public List<Chart> charts() {
        return PANELS.stream().map(this::chart).toList();
    }

    private Chart chart(Panel panel) {
        double[] counts = Arrays.stream(DEVICES).asDoubleStream().toArray();
        List<Line> lines = Arrays.stream(Scheme.values())
                .map(scheme -> Line.joined(
                        scheme.words,
                        counts,
                        IntStream.range(0, DEVICES.length)
                                .mapToDouble(at -> value(at, scheme, panel))
                                .toArray()))
                .toList();
        return new LineChart(
                "fig5-" + panel.id,
                "Fig. 5: " + panel.words + " of a round (reconstructed)",
                "Medians of " + DRAWS
                        + " draws; five local epochs; every device has a block. T_max and channel are ours.",
                Axis.counting("Devices"),
                Axis.of(panel.words.substring(0, 1).toUpperCase(Locale.ROOT) + panel.words.substring(1), panel.unit),
                lines);
    }
}
