package io.splittune.simulation.reproduction;

import io.splittune.core.RandomStreams;
import io.splittune.planner.CardBaseline;
import io.splittune.planner.CardDecision;
import io.splittune.planner.CardOptions;
import io.splittune.planner.CardOptions.Extremes;
import io.splittune.planner.CardPlanner;
import io.splittune.planner.CompressionOption;
import io.splittune.planner.CompressionTable;
import io.splittune.planner.PlannedDevice;
import io.splittune.planner.Problem;
import io.splittune.wireless.CardSetting;
import io.splittune.wireless.CardSetting.Layers;
import io.splittune.wireless.CardSetting.Traffic;
import io.splittune.wireless.Channel;
import io.splittune.wireless.LinkState;
import io.splittune.wireless.TuningSetup;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Rounds in the setting of the CARD paper, and what methods cost in them. */
final class CardRounds {
    /** How many are averaged. */
    static final int ROUNDS = 100;

    /** What the paper weighs, and the defaults of ours. */
    static final CardOptions OPTIONS =
            new CardOptions(CardSetting.WEIGHT, CardSetting.MIN_SERVER_CLOCK_HZ, Extremes.CORNER);

    private static final double LEAST_HZ = 1e3;

    private final List<Problem> problems;

    CardRounds(Layers layers, Traffic traffic, double meanCqi, RandomStreams streams) {
        Problem base = problem(layers, traffic);
        Channel channel = CardSetting.channel(meanCqi, streams);
        this.problems = IntStream.rangeClosed(1, ROUNDS)
                .mapToObj(round -> base.inRound(
                        IntStream.range(0, base.devices().size())
                                .mapToObj(n -> channel.state(n, round))
                                .toList(),
                        false))
                .toList();
    }

    /** Decides all devices of a round. */
    interface Method extends Function<Problem, List<CardDecision>> {}

    /** Means over rounds and devices: delay of a turn, and the server's energy in it. */
    record Cost(double delaySeconds, double serverJoules) {
        double delayCutPercent(Cost other) {
            return 100 * (1 - delaySeconds / other.delaySeconds);
        }

        double energyCutPercent(Cost other) {
            return 100 * (1 - serverJoules / other.serverJoules);
        }
    }

    static Method card(CardOptions options) {
        return new CardPlanner(options)::decisions;
    }

    static Method baseline(CardBaseline.Cut cut, CardBaseline.Clock clock, CardOptions options) {
        return new CardBaseline(cut, clock, options)::decisions;
    }

    static Method serverOnly(CardOptions options) {
        return baseline(CardBaseline.Cut.SERVER_ONLY, CardBaseline.Clock.AS_CARD, options);
    }

    static Method deviceOnly(CardOptions options) {
        return baseline(CardBaseline.Cut.DEVICE_ONLY, CardBaseline.Clock.AS_CARD, options);
    }

    List<Problem> problems() {
        return problems;
    }

    Cost cost(Method method) {
        double seconds = 0;
        double joules = 0;
        int turns = 0;
        for (Problem problem : problems) {
            for (CardDecision decision : method.apply(problem)) {
                seconds += decision.delaySeconds();
                joules += decision.serverJoules();
                turns++;
            }
        }
        return new Cost(seconds / turns, joules / turns);
    }

    /** Table I's fleet at the mean channel of the sweep. */
    static Problem problem(Layers layers, Traffic traffic) {
        LinkState link = CardSetting.link((int) CardSetting.ChannelState.POOR.meanCqi());
        List<PlannedDevice> devices = CardSetting.devices().stream()
                .map(device ->
                        new PlannedDevice(device.id(), device, link, CardSetting.ITERATIONS, CardSetting.BANDWIDTH_HZ))
                .toList();
        TuningSetup tuning = CardSetting.tuning(layers, traffic);
        double phi = CardSetting.COMPRESSION_RATIO;
        return new Problem(
                tuning,
                devices,
                CardSetting.server(),
                CardSetting.BANDWIDTH_HZ,
                LEAST_HZ,
                IntStream.range(1, tuning.model().layers()).boxed().toList(),
                new CompressionTable(List.of(new CompressionOption(1, 1, phi, phi, 1))),
                0,
                false,
                OptionalDouble.empty());
    }
}
