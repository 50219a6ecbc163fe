package io.splittune.simulation.reproduction;

import io.splittune.core.RandomStreams;
import io.splittune.core.RandomStreams.Purpose;
import io.splittune.planner.BandwidthAllocation;
import io.splittune.planner.BisectionBandwidth;
import io.splittune.planner.EqualBandwidth;
import io.splittune.planner.RandomBandwidth;
import io.splittune.planner.SqpBandwidth;
import io.splittune.simulation.report.Axis;
import io.splittune.simulation.report.Chart;
import io.splittune.simulation.report.LineChart;
import io.splittune.simulation.report.LineChart.Line;
import io.splittune.wireless.DeviceSite;
import io.splittune.wireless.LinkState;
import io.splittune.wireless.SftSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * How the band is divided: SFT Fig. 9.
 *
 * <p>The curves are the fitted fleet's. The paper says that its algorithm "reduces communication delay by up to 53.1 %" at 5 MHz, and neither against which
 * baseline nor what it calls communication delay; the rows show what that is for fleets drawn at random, in three kinds of channel.
 */
final class BandwidthSweep implements Section {
    private static final double[] MEGAHERTZ = {5, 10, 15, 20, 25, 30};
    private static final int RANDOM_DIVISIONS = 501;
    private static final int FLEETS = 1000;
    private static final double PAPER_PERCENT = 53.1;
    private static final double SPREAD_DB = 6;
    private static final double RATIO = SftSetting.COMPRESSION_RATIO;

    private final RandomStreams streams;

    BandwidthSweep(RandomStreams streams) {
        this.streams = streams;
    }

    /** How the devices' signal-to-noise ratios lie around the paper's 17 dB. */
    private enum Links {
        EQUAL("equal-snr", "17 dB for all"),
        SPREAD("snr-spread-6db", "17 dB and a normal spread of 6 dB"),
        RAYLEIGH("rayleigh", "Rayleigh fading around 17 dB");

        private final String id;
        private final String words;

        Links(String id, String words) {
            this.id = id;
            this.words = words;
        }

        LinkState draw(RandomGenerator random) {
            double normal = random.nextGaussian();
            double uniform = random.nextDouble();
            double snrDb = switch (this) {
                case EQUAL -> SftSetting.SNR_DB;
                case SPREAD -> SftSetting.SNR_DB + SPREAD_DB * normal;
                case RAYLEIGH -> SftSetting.SNR_DB + 10 * Math.log10(-Math.log1p(-uniform));
            };
            return LinkState.ofSnrDb(snrDb, snrDb);
        }
    }

    /** Delays of all fleets added up, without and with what the slowest device computes. */
    private record Delays(double equal, double best, double compute) {
        double communicationSaved() {
            return 1 - (best - compute) / (equal - compute);
        }

        double roundSaved() {
            return 1 - best / equal;
        }
    }

    @Override
    public List<ReproductionRow> rows() {
        List<ReproductionRow> rows = new ArrayList<>();
        addRows(rows, Links.EQUAL, 5);
        addRows(rows, Links.EQUAL, 30);
        addRows(rows, Links.SPREAD, 5);
        addRows(rows, Links.RAYLEIGH, 5);
        rows.add(sqpGap());
        return rows;
    }

    private void addRows(List<ReproductionRow> rows, Links links, int megahertz) {
        Delays delays = delays(links, megahertz);
        String id = links.id + "." + megahertz + "mhz";
        String where = " saved against equal shares, " + megahertz + " MHz, " + links.words + " (%)";
        rows.add(ReproductionRow.of(
                "sft.fig9.communication-saved." + id,
                "Fig. 9: communication delay" + where,
                PAPER_PERCENT,
                100 * delays.communicationSaved(),
                Status.UNEXPLAINED,
                "The paper's number is for 5 MHz and defines neither delay nor baseline. Here: what a round takes beyond its slowest "
                        + "device's computing, summed over " + FLEETS
                        + " random fleets. At equal SNR the gain grows with the band."));
        rows.add(ReproductionRow.of(
                "sft.fig9.round-saved." + id,
                "Fig. 9: whole round" + where,
                PAPER_PERCENT,
                100 * delays.roundSaved(),
                Status.UNEXPLAINED,
                "The same fleets, if the whole round is meant."));
    }

    private Delays delays(Links links, int megahertz) {
        double equal = 0;
        double best = 0;
        double compute = 0;
        for (int fleet = 0; fleet < FLEETS; fleet++) {
            SharedBand band = new SharedBand(draw(fleet, links), megahertz * 1e6);
            equal += band.sft(RATIO, RATIO, new EqualBandwidth(), false).seconds();
            best += band.sft(RATIO, RATIO, new BisectionBandwidth(), false).seconds();
            compute += band.slowestComputeSeconds();
        }
        return new Delays(equal, best, compute);
    }

    /** A fleet has the same clocks whatever its links. */
    private List<DeviceSite> draw(int fleet, Links links) {
        RandomGenerator random = streams.stream(Purpose.CHANNEL, fleet);
        return IntStream.range(0, SftSetting.DEVICES)
                .mapToObj(n -> new DeviceSite(
                        SftSetting.device("device-" + (n + 1), random.nextDouble(0.5e9, 1.5e9)),
                        links.draw(random),
                        SftSetting.ITERATIONS))
                .toList();
    }

    private ReproductionRow sqpGap() {
        double gap = DoubleStream.of(MEGAHERTZ)
                .map(megahertz ->
                        seconds(megahertz, new SqpBandwidth()) / seconds(megahertz, new BisectionBandwidth()) - 1)
                .map(Math::abs)
                .max()
                .orElseThrow();
        return ReproductionRow.ours(
                "sft.fig9.sqp-over-exact",
                "Fig. 9: Algorithm 3's delay beyond the exact optimum, at most (relative)",
                gap,
                Status.DERIVED,
                "Over the six bandwidths of the figure.");
    }

    private static double seconds(double megahertz, BandwidthAllocation allocation) {
        return new SharedBand(SftSetting.fittedFleet(), megahertz * 1e6)
                .sft(RATIO, RATIO, allocation, false)
                .seconds();
    }

    /** The median, as the mean of such delays does not settle: a share near zero takes for ever. The same divisions for every band. */
    private double randomSeconds(double megahertz) {
        RandomBandwidth divisions = new RandomBandwidth(streams.stream(Purpose.PLANNER));
        double[] sorted = IntStream.range(0, RANDOM_DIVISIONS)
                .mapToDouble(draw -> seconds(megahertz, divisions))
                .sorted()
                .toArray();
        return sorted[RANDOM_DIVISIONS / 2];
    }

    @Override
    public List<Chart> charts() {
        return List.of(new LineChart(
                "fig9-round-by-bandwidth",
                "Fig. 9: round by total bandwidth (fitted fleet)",
                "Algorithm 3 lies on the exact optimum; random shares are the median of " + RANDOM_DIVISIONS
                        + " draws.",
                Axis.of("Total bandwidth", "MHz"),
                Axis.of("Round", "s"),
                List.of(
                        line("Random shares", DoubleStream.of(MEGAHERTZ).map(this::randomSeconds)),
                        line("Equal shares", DoubleStream.of(MEGAHERTZ).map(mhz -> seconds(mhz, new EqualBandwidth()))),
                        line(
                                "Algorithm 3 (SQP)",
                                DoubleStream.of(MEGAHERTZ).map(mhz -> seconds(mhz, new SqpBandwidth()))),
                        line("Exact", DoubleStream.of(MEGAHERTZ).map(mhz -> seconds(mhz, new BisectionBandwidth()))))));
    }

    private static Line line(String name, DoubleStream seconds) {
        return Line.joined(name, MEGAHERTZ, seconds.toArray());
    }
}
