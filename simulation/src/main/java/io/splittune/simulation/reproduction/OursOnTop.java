package io.splittune.simulation.reproduction;

import io.splittune.core.RandomStreams;
import io.splittune.planner.BisectionBandwidth;
import io.splittune.planner.CompressionOption;
import io.splittune.planner.CompressionTable;
import io.splittune.planner.DevicePlan;
import io.splittune.planner.Plan;
import io.splittune.planner.PlannedDevice;
import io.splittune.planner.Planners;
import io.splittune.planner.Problem;
import io.splittune.simulation.Disturbance;
import io.splittune.simulation.EventOptions;
import io.splittune.simulation.EventRound;
import io.splittune.simulation.ServerQueue;
import io.splittune.simulation.StageSeconds;
import io.splittune.simulation.report.Axis;
import io.splittune.simulation.report.BarChart;
import io.splittune.simulation.report.BarChart.Bars;
import io.splittune.simulation.report.Chart;
import io.splittune.wireless.DeviceSite;
import io.splittune.wireless.PhaseSeconds;
import io.splittune.wireless.SftSetting;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What this project adds to SFT, in the paper's setting with the fitted fleet: our codec, a cut for each device, and micro-batches whose transfer and computing
 * overlap. Each step keeps the ones before it.
 *
 * <p>Rounds after the first, in the event simulation; without queue each device has the server to itself, as in the paper's eq. (14).
 */
final class OursOnTop implements Section {
    private static final int MICRO_BATCHES = 8;
    private static final String OVERLAP_NOTE =
            "Each batch in 8 micro-batches that follow each other through device, link and server.";

    private final RandomStreams streams;
    private final List<DeviceSite> fleet = SftSetting.fittedFleet();
    private final List<Step> steps;

    /** A way to run a round, and its seconds. */
    private record Step(String id, String name, double seconds, double queuedSeconds, String note) {}

    /**
     * Plans and simulates.
     *
     * @param frames sizes at the point that stands for the paper's 14.75x
     * @param streams where planners draw from
     */
    OursOnTop(FrameSizes frames, RandomStreams streams) {
        this.streams = streams;
        double paper = SftSetting.COMPRESSION_RATIO;
        double up = 1 / frames.ratio(frames.adaptive());
        double down = 1 / frames.ratio(frames.sharedGradient());
        SharedBand band = new SharedBand(fleet, SftSetting.BANDWIDTH_HZ);
        List<PhaseSeconds> sft =
                band.sft(paper, paper, new BisectionBandwidth(), false).devices();
        List<PhaseSeconds> codec =
                band.sft(up, down, new BisectionBandwidth(), false).devices();
        Plan plan = plan(up, down);
        List<PhaseSeconds> planned =
                plan.devices().stream().map(DevicePlan::phases).toList();
        this.steps = List.of(
                step("sft", "SFT", sft, 1, "The paper's cut and 6.8 % both ways."),
                step("codec", "codec", codec, 1, codecNote(up, down)),
                step("overlap", "codec, overlap", codec, MICRO_BATCHES, OVERLAP_NOTE),
                step("cuts", "codec, overlap, cuts", planned, MICRO_BATCHES, cutsNote(plan)));
    }

    private static String cutsNote(Plan plan) {
        List<Integer> cuts = plan.devices().stream().map(DevicePlan::cut).toList();
        String common = cuts.stream().distinct().count() == 1 ? ", so a common one would do as well" : "";
        return "Cuts of the heterogeneous planner, optimal without queue and overlap: " + cuts + common
                + ". The paper keeps 5 blocks on every device; fewer mean less work there and activations that tell more of the data.";
    }

    private static String codecNote(double up, double down) {
        return String.format(
                Locale.ROOT,
                "rho 0.3 and 3 bits: %.2f %% up in adaptive frames and %.2f %% down on the activation's positions, on drawn tensors of the paper's size.",
                100 * up,
                100 * down);
    }

    private Step step(String id, String name, List<PhaseSeconds> phases, int microBatches, String note) {
        return new Step(
                id,
                name,
                simulate(phases, new EventOptions(ServerQueue.NONE, microBatches, Disturbance.NONE)),
                simulate(phases, new EventOptions(ServerQueue.FIFO, microBatches, Disturbance.NONE)),
                note);
    }

    private Plan plan(double up, double down) {
        List<PlannedDevice> devices = fleet.stream()
                .map(site -> new PlannedDevice(
                        site.hardware().id(), site.hardware(), site.link(), site.iterations(), SftSetting.BANDWIDTH_HZ))
                .toList();
        var tuning = SftSetting.tuning(SftSetting.CLASSES);
        var option = new CompressionOption(CompressionPoints.NEAREST_KEEP, CompressionPoints.LEVELS, up, down, 1);
        Problem problem = new Problem(
                tuning,
                devices,
                SftSetting.server(),
                SftSetting.BANDWIDTH_HZ,
                SharedBand.LEAST_HZ,
                IntStream.range(1, tuning.model().layers()).boxed().toList(),
                new CompressionTable(List.of(option)),
                0,
                false,
                OptionalDouble.empty());
        if (Planners.named("heterogeneous", streams).plan(problem) instanceof Plan plan) {
            return plan;
        }
        throw new IllegalStateException("the fitted fleet has no plan");
    }

    private double simulate(List<PhaseSeconds> phases, EventOptions options) {
        List<StageSeconds> stages = phases.stream().map(OursOnTop::stages).toList();
        return new EventRound(options, streams).run(stages, 0, 1).seconds();
    }

    /** As many whole mini-batches as there are, each of the mean length. */
    private static StageSeconds stages(PhaseSeconds phases) {
        int batches = (int) Math.ceil(SftSetting.ITERATIONS);
        return new StageSeconds(
                phases.ed(),
                phases.cc() / batches,
                phases.it() / batches,
                phases.sc() / batches,
                phases.gt() / batches,
                phases.du() / batches,
                phases.lt(),
                batches);
    }

    @Override
    public List<ReproductionRow> rows() {
        Step sft = steps.get(0);
        return steps.stream()
                .skip(1)
                .flatMap(step -> Stream.of(
                        row(step, "", step.seconds / sft.seconds, "no queue"),
                        row(step, ".queued", step.queuedSeconds / sft.queuedSeconds, "FIFO queue at the server")))
                .toList();
    }

    private static ReproductionRow row(Step step, String suffix, double share, String queue) {
        return ReproductionRow.ours(
                "sft.ours." + step.id + suffix,
                "Ours: round saved against SFT by " + step.name + "; " + queue + " (%)",
                100 * (1 - share),
                Status.FITTED,
                "Fitted fleet. " + step.note);
    }

    @Override
    public List<Chart> charts() {
        return List.of(new BarChart(
                "ours-on-top",
                "A round of SFT, and ours on top",
                "Fitted fleet, 30 MHz; rounds after the first. Each step keeps the ones before it.",
                Axis.of("Scheme", ""),
                Axis.of("Round", "s"),
                steps.stream().map(Step::name).toList(),
                List.of(
                        new Bars("No queue", steps.stream().map(Step::seconds).toList()),
                        new Bars(
                                "FIFO queue",
                                steps.stream().map(Step::queuedSeconds).toList())),
                false));
    }
}
