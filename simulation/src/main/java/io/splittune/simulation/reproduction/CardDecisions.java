package io.splittune.simulation.reproduction;

import io.splittune.core.RandomStreams;
import io.splittune.planner.CardDecision;
import io.splittune.planner.CardExtremes;
import io.splittune.simulation.report.Axis;
import io.splittune.simulation.report.Chart;
import io.splittune.simulation.report.LineChart;
import io.splittune.simulation.report.LineChart.Line;
import io.splittune.wireless.CardSetting;
import io.splittune.wireless.CardSetting.ChannelState;
import io.splittune.wireless.CardSetting.Layers;
import io.splittune.wireless.CardSetting.Traffic;
import io.splittune.wireless.EdgeServer;
import io.splittune.wireless.HardwareProfiles;
import io.splittune.wireless.TuningSetup;
import io.splittune.wireless.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Cuts and server clocks over rounds: CARD Fig. 3, and what Tables I and II imply. */
final class CardDecisions implements Section {
    private static final int SHOWN_ROUNDS = 40;

    /** Cuts of Fig. 3(a) by the text: 31 for the fastest device, 1 for the slowest; the second's and third's are ours. */
    private static final int[] SPEED_ORDER = {31, 31, 1, 1, 1};

    private final List<List<CardDecision>> light;
    private final List<List<CardDecision>> heavy;

    CardDecisions(RandomStreams streams) {
        this.light = decide(Traffic.LIGHT, ChannelState.NORMAL, streams);
        this.heavy = decide(Traffic.HEAVY, ChannelState.POOR, streams);
    }

    private static List<List<CardDecision>> decide(Traffic traffic, ChannelState state, RandomStreams streams) {
        return new CardRounds(Layers.EQUAL_SLICES, traffic, state.meanCqi(), streams)
                .problems().stream().map(CardRounds.card(CardRounds.OPTIONS)).toList();
    }

    @Override
    public List<ReproductionRow> rows() {
        List<ReproductionRow> rows = new ArrayList<>(List.of(operations(), power()));
        rows.add(ends("light", "8 samples, LoRA on q and v, normal channel", light));
        rows.add(ends("heavy", "4 samples, LoRA on all linear layers, poor channel", heavy));
        for (int n = 0; n < SPEED_ORDER.length; n++) {
            rows.add(commonCut(n));
        }
        for (int n = 0; n < SPEED_ORDER.length; n++) {
            rows.add(ReproductionRow.ours(
                    "card.fig3.clock.device-" + (n + 1),
                    "Fig. 3(b): Q of eq. (16), device " + (n + 1) + ", before its clip to F_min (GHz)",
                    meanUnclippedHz(n) / 1e9,
                    Status.DERIVED,
                    "Mean over " + CardRounds.ROUNDS
                            + " rounds. F_min, below which the server does not go, is ours: 0.7 GHz."));
        }
        rows.add(
                ReproductionRow.ours(
                        "card.fig3.clock.slowest-over-fastest",
                        "Fig. 3(b): Q for the slowest device over that for the fastest",
                        meanUnclippedHz(SPEED_ORDER.length - 1) / meanUnclippedHz(0),
                        Status.UNEXPLAINED,
                        "The text has the clock rise as devices get weaker. By eq. (16) it falls: D_max - D_min grows with a weak device, and Q is its inverse cube root."));
        return rows;
    }

    private static ReproductionRow operations() {
        TuningSetup tuning = CardSetting.tuning(Layers.EQUAL_SLICES, Traffic.LIGHT);
        Workload workload = new Workload(tuning);
        long tokens = (long) tuning.batchSize() * tuning.model().tokens();
        double eta = workload.fullForwardFlops() + workload.fullBackwardFlops();
        return ReproductionRow.ours(
                "card.setting.operations-over-usual",
                "eta of a mini-batch over 6 P n, forward 2 and backward 4 per parameter and token",
                eta / CardSetting.usualFlops(tuning.model(), tokens),
                Status.DERIVED,
                "The paper prints no eta. Ours counts the attention's products of activations too, which have no parameter.");
    }

    private static ReproductionRow power() {
        EdgeServer server = CardSetting.server();
        double card = HardwareProfiles.named("rtx-4060").powerWatts();
        return ReproductionRow.ours(
                "card.setting.server-power",
                "Tables I and II: xi f^3 of the server at 2.46 GHz (W)",
                server.computePowerWatts(),
                Status.DERIVED,
                String.format(
                        Locale.ROOT,
                        "Unphysical: an RTX 4060 draws %.0f W, so xi is %.0f times too great. It cancels in cuts, clocks and percentages; joules are as printed.",
                        card,
                        server.computePowerWatts() / card));
    }

    private static ReproductionRow ends(String id, String words, List<List<CardDecision>> rounds) {
        long all = rounds.stream().mapToLong(List::size).sum();
        long atEnds = rounds.stream()
                .flatMap(List::stream)
                .filter(decision -> decision.cut() == 1 || decision.cut() == 31)
                .count();
        return ReproductionRow.of(
                "card.fig3.cuts-at-ends." + id,
                "Fig. 3(a): decisions that are 1 or 31, " + words + " (%)",
                100,
                100.0 * atEnds / all,
                Status.DERIVED,
                "Costs are linear in the cut, so one of its ends is best.");
    }

    private ReproductionRow commonCut(int n) {
        double last =
                100.0 * light.stream().filter(round -> round.get(n).cut() == 31).count() / light.size();
        double lastHeavy =
                100.0 * heavy.stream().filter(round -> round.get(n).cut() == 31).count() / heavy.size();
        return ReproductionRow.ours(
                "card.fig3.rounds-at-31.device-" + (n + 1),
                "Fig. 3(a): rounds in which device " + (n + 1) + " is cut at 31, heavy traffic (%)",
                lastHeavy,
                Status.DERIVED,
                String.format(
                        Locale.ROOT,
                        "Light traffic: %.0f %%. From 31 to 1 as devices get slower, and moving with the channel, as the text says; in "
                                + "the limit of no communication %d.",
                        last,
                        SPEED_ORDER[n]));
    }

    private double meanUnclippedHz(int n) {
        return light.stream()
                .mapToDouble(round -> unclippedHz(round.get(n)))
                .average()
                .orElseThrow();
    }

    /** Q of eq. (16). */
    private static double unclippedHz(CardDecision decision) {
        CardExtremes extremes = decision.extremes();
        double w = CardSetting.WEIGHT;
        return Math.cbrt(w
                * (extremes.maxServerJoules() - extremes.minServerJoules())
                / (2
                        * CardSetting.SWITCHED_CAPACITANCE
                        * (1 - w)
                        * (extremes.maxDelaySeconds() - extremes.minDelaySeconds())));
    }

    @Override
    public List<Chart> charts() {
        return List.of(
                new LineChart(
                        "card-fig3a-cuts",
                        "Fig. 3(a): cut by round",
                        "4 samples, LoRA on all linear layers, poor channel. Every cut is 1 or 31; the second device's moves with the channel.",
                        Axis.counting("Round"),
                        Axis.counting("Cut"),
                        lines(heavy, CardDecision::cut)),
                new LineChart(
                        "card-fig3b-clocks",
                        "Fig. 3(b): the server's clock by round",
                        "The same rounds. By eq. (16) the clock falls, not rises, as devices get slower, down to F_min.",
                        Axis.counting("Round"),
                        Axis.of("Server clock", "GHz"),
                        lines(heavy, decision -> decision.serverClockHz() / 1e9)));
    }

    private static List<Line> lines(List<List<CardDecision>> rounds, ToDoubleFunction<CardDecision> value) {
        double[] xs = IntStream.rangeClosed(1, SHOWN_ROUNDS).asDoubleStream().toArray();
        return IntStream.range(0, SPEED_ORDER.length)
                .mapToObj(n -> Line.joined(
                        "Device " + (n + 1),
                        xs,
                        rounds.stream()
                                .limit(SHOWN_ROUNDS)
                                .mapToDouble(round -> value.applyAsDouble(round.get(n)))
                                .toArray()))
                .toList();
    }
}
