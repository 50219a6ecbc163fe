package io.splittune.simulation.reproduction;

import io.splittune.core.RandomStreams;
import io.splittune.planner.CardJointPlanner;
import io.splittune.planner.CardOptions;
import io.splittune.planner.JointDecision;
import io.splittune.planner.ParetoSweep;
import io.splittune.planner.Problem;
import io.splittune.simulation.report.Axis;
import io.splittune.simulation.report.Chart;
import io.splittune.simulation.report.LineChart;
import io.splittune.simulation.report.LineChart.Line;
import io.splittune.simulation.reproduction.CardRounds.Cost;
import io.splittune.wireless.CardSetting.ChannelState;
import io.splittune.wireless.CardSetting.Layers;
import io.splittune.wireless.CardSetting.Traffic;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the weight w does, and ours beside CARD: the same decision for all devices at once. */
final class CardWeights implements Section {
    private static final List<Double> SWEPT = List.of(0.1, 0.2, 0.3, 0.5);
    private static final List<Double> FRONT = List.of(0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 1.0);

    private final CardRounds heavy;
    private final Problem problem = CardRounds.problem(Layers.EQUAL_SLICES, Traffic.LIGHT);
    private final List<ParetoSweep.Point> turns;
    private final List<ParetoSweep.Point> together;

    CardWeights(RandomStreams streams) {
        this.heavy = new CardRounds(Layers.EQUAL_SLICES, Traffic.HEAVY, ChannelState.POOR.meanCqi(), streams);
        this.turns = ParetoSweep.card(problem, CardRounds.OPTIONS, FRONT);
        this.together = ParetoSweep.joint(problem, CardRounds.OPTIONS, FRONT);
    }

    @Override
    public List<ReproductionRow> rows() {
        List<ReproductionRow> rows = new ArrayList<>();
        for (double weight : SWEPT) {
            CardOptions options = CardRounds.OPTIONS.withWeight(weight);
            Cost card = heavy.cost(CardRounds.card(options));
            String id = "card.weight." + String.format(Locale.ROOT, "%.0f", 100 * weight);
            String words = String.format(Locale.ROOT, ", w = %.1f (%%)", weight);
            rows.add(
                    ReproductionRow.ours(
                            id + ".delay-cut",
                            "Delay cut against device-only" + words,
                            card.delayCutPercent(heavy.cost(CardRounds.deviceOnly(options))),
                            Status.DERIVED,
                            "The paper has w = 0.2 alone. 4 x 512 tokens, LoRA on all linear layers, CQI 9 with a deviation of 2."));
            rows.add(ReproductionRow.ours(
                    id + ".energy-cut",
                    "Server energy cut against server-only" + words,
                    card.energyCutPercent(heavy.cost(CardRounds.serverOnly(options))),
                    Status.DERIVED,
                    "The same rounds."));
        }
        rows.addAll(joint());
        return rows;
    }

    private List<ReproductionRow> joint() {
        JointDecision decision = new CardJointPlanner(CardRounds.OPTIONS).decision(problem);
        ParetoSweep.Point card = ParetoSweep.card(problem, CardRounds.OPTIONS, List.of(CardRounds.OPTIONS.weight()))
                .get(0);
        String cuts = "cuts " + decision.cuts()
                + String.format(Locale.ROOT, ", one clock of %.2f GHz", decision.serverClockHz() / 1e9);
        return List.of(
                ReproductionRow.ours(
                        "card.ours.joint.round-saved",
                        "Ours: round saved by one decision for all devices against CARD's turns, w = 0.2 (%)",
                        100 * (1 - decision.delaySeconds() / card.delaySeconds()),
                        Status.DERIVED,
                        "Devices in parallel at one server and one band: " + cuts
                                + ". CARD's round is the sum of its turns. CQI 9."),
                ReproductionRow.ours(
                        "card.ours.joint.energy-saved",
                        "Ours: server energy saved at the same weight (%)",
                        100 * (1 - decision.serverJoules() / card.serverJoules()),
                        Status.DERIVED,
                        "Both are normalised by their own extremes, so one weight does not ask the same of both; the plot compares them."),
                ReproductionRow.ours(
                        "card.ours.joint.gap",
                        "Ours: how far the joint decision can be from the best (of its normalised cost)",
                        decision.gap(),
                        Status.DERIVED,
                        "Proven by branch and bound."));
    }

    @Override
    public List<Chart> charts() {
        return List.of(new LineChart(
                "card-pareto",
                "Delay against server energy over the weight w",
                "CARD's devices take turns; ours work at once under one server clock. Each point is a weight from 0 (right) to 1 (left).",
                Axis.of("Round", "s"),
                Axis.of("Server energy of a round", "J"),
                List.of(line("CARD, in turns", turns), line("Ours, all at once", together))));
    }

    private static Line line(String name, List<ParetoSweep.Point> points) {
        return Line.joined(
                name,
                points.stream().mapToDouble(ParetoSweep.Point::delaySeconds).toArray(),
                points.stream().mapToDouble(ParetoSweep.Point::serverJoules).toArray());
    }
}
