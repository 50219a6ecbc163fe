package io.splittune.simulation.reproduction;

import io.splittune.core.RandomStreams;
import io.splittune.planner.CardBaseline;
import io.splittune.planner.CardOptions;
import io.splittune.planner.CardOptions.Extremes;
import io.splittune.simulation.report.Axis;
import io.splittune.simulation.report.BarChart;
import io.splittune.simulation.report.BarChart.Bars;
import io.splittune.simulation.report.Chart;
import io.splittune.simulation.reproduction.CardRounds.Cost;
import io.splittune.wireless.CardSetting;
import io.splittune.wireless.CardSetting.ChannelState;
import io.splittune.wireless.CardSetting.Layers;
import io.splittune.wireless.CardSetting.Traffic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** CARD beside server-only and device-only in three states of the channel: CARD Fig. 4. */
final class CardMethods implements Section {
    private static final double DELAY_CUT = CardSetting.PAPER_DELAY_CUT_PERCENT;
    private static final double ENERGY_CUT = CardSetting.PAPER_ENERGY_CUT_PERCENT;

    /** The least clock with which the paper's delay cut comes out, and its energy cut does not. */
    private static final double FASTER_MIN_CLOCK_HZ = 1e9;

    private static final String NEAREST =
            "The paper gives neither F_min nor the traffic nor the benchmarks' clock. Ours: F_min 0.7 GHz, 100 MHz, 8 x 512 tokens, benchmarks at CARD's f*. ";

    private final RandomStreams streams;
    private final Map<ChannelState, Three> sliced = new EnumMap<>(ChannelState.class);
    private final Three real;

    /** The three methods in the same rounds. */
    private record Three(Cost card, Cost serverOnly, Cost deviceOnly) {
        static Three of(CardRounds rounds, CardOptions options) {
            return new Three(
                    rounds.cost(CardRounds.card(options)),
                    rounds.cost(CardRounds.serverOnly(options)),
                    rounds.cost(CardRounds.deviceOnly(options)));
        }

        double delayCut() {
            return card.delayCutPercent(deviceOnly);
        }

        double energyCut() {
            return card.energyCutPercent(serverOnly);
        }
    }

    CardMethods(RandomStreams streams) {
        this.streams = streams;
        for (ChannelState state : ChannelState.values()) {
            sliced.put(state, Three.of(rounds(Layers.EQUAL_SLICES, state), CardRounds.OPTIONS));
        }
        this.real = Three.of(rounds(Layers.REAL, ChannelState.NORMAL), CardRounds.OPTIONS);
    }

    private CardRounds rounds(Layers layers, ChannelState state) {
        return new CardRounds(layers, Traffic.LIGHT, state.meanCqi(), streams);
    }

    private Three in(ChannelState state) {
        Three three = sliced.get(state);
        if (three == null) {
            throw new IllegalStateException("No rounds in " + state + ".");
        }
        return three;
    }

    @Override
    public List<ReproductionRow> rows() {
        List<ReproductionRow> rows = new ArrayList<>();
        for (ChannelState state : ChannelState.values()) {
            String id = state.name().toLowerCase(Locale.ROOT);
            rows.addAll(cuts("card.fig4." + id, state.label() + " channel", in(state), NEAREST));
        }
        Three normal = in(ChannelState.NORMAL);
        rows.add(ReproductionRow.ours(
                "card.fig4.delay-over-server-only",
                "Fig. 4(a): delay of CARD over that of server-only, normal channel",
                normal.card.delaySeconds() / normal.serverOnly.delaySeconds(),
                Status.DERIVED,
                "The text: closer to server-only."));
        rows.add(overDeviceOnly(
                "same-clock", normal.card, normal.deviceOnly, "at CARD's f*", "Not similar, as the text has it."));
        rows.add(overDeviceOnly(
                "greatest-clock",
                normal.card,
                rounds(Layers.EQUAL_SLICES, ChannelState.NORMAL).cost(greatest(CardBaseline.Cut.DEVICE_ONLY)),
                "at F_max",
                "Nearly similar, but then server-only's energy cut is not the paper's, see the next rows."));
        rows.addAll(others());
        return rows;
    }

    private static CardRounds.Method greatest(CardBaseline.Cut cut) {
        return CardRounds.baseline(cut, CardBaseline.Clock.GREATEST, CardRounds.OPTIONS);
    }

    private static ReproductionRow overDeviceOnly(String id, Cost card, Cost device, String clock, String note) {
        return ReproductionRow.ours(
                "card.fig4.energy-over-device-only." + id,
                "Fig. 4(b): server energy of CARD over that of device-only, which runs " + clock,
                card.serverJoules() / device.serverJoules(),
                Status.UNEXPLAINED,
                note);
    }

    private List<ReproductionRow> others() {
        CardRounds normal = rounds(Layers.EQUAL_SLICES, ChannelState.NORMAL);
        Cost card = normal.cost(CardRounds.card(CardRounds.OPTIONS));
        Three fastest = new Three(
                card,
                normal.cost(greatest(CardBaseline.Cut.SERVER_ONLY)),
                normal.cost(greatest(CardBaseline.Cut.DEVICE_ONLY)));
        CardOptions box = new CardOptions(CardSetting.WEIGHT, CardSetting.MIN_SERVER_CLOCK_HZ, Extremes.BOX);
        CardOptions faster = new CardOptions(CardSetting.WEIGHT, FASTER_MIN_CLOCK_HZ, Extremes.CORNER);
        List<ReproductionRow> rows = new ArrayList<>();
        rows.addAll(cuts(
                "card.fig4.benchmarks-at-f-max",
                "benchmarks at F_max",
                fastest,
                "If the benchmarks run at F_max the energy cut is far above the paper's. "));
        rows.addAll(
                cuts("card.fig4.box", "true extremes", Three.of(normal, box), "Extremes over all cuts and clocks. "));
        rows.addAll(cuts(
                "card.fig4.f-min-1ghz",
                "F_min 1 GHz",
                Three.of(normal, faster),
                "With this F_min the delay cut is the paper's and the energy cut is not: no setting tried has both. "));
        rows.addAll(
                cuts("card.fig4.real-layers", "16 real layers", real, "LLaMA-3.2-1B has 16 layers. Cuts 1 or 15. "));
        return rows;
    }

    private static List<ReproductionRow> cuts(String id, String words, Three three, String note) {
        return List.of(
                ReproductionRow.of(
                        id + ".delay-cut",
                        "Fig. 4(a): delay cut against device-only, " + words + " (%)",
                        DELAY_CUT,
                        three.delayCut(),
                        Status.UNEXPLAINED,
                        note + "The two percentages are not reproduced by one setting."),
                ReproductionRow.of(
                        id + ".energy-cut",
                        "Fig. 4(b): server energy cut against server-only, " + words + " (%)",
                        ENERGY_CUT,
                        three.energyCut(),
                        Status.UNEXPLAINED,
                        note + "Energies are of the server's computing."));
    }

    @Override
    public List<Chart> charts() {
        return List.of(
                chart("card-fig4a-delay", "Fig. 4(a): delay of a turn", Axis.of("Delay", "s"), Cost::delaySeconds),
                chart(
                        "card-fig4b-energy",
                        "Fig. 4(b): server energy of a turn",
                        Axis.of("Server energy", "J"),
                        Cost::serverJoules));
    }

    private Chart chart(String id, String title, Axis axis, ToDoubleFunction<Cost> value) {
        List<ChannelState> states = Arrays.asList(ChannelState.values());
        return new BarChart(
                id,
                title,
                "Means over five devices and " + CardRounds.ROUNDS
                        + " rounds; 32 equal slices, benchmarks at CARD's clock.",
                Axis.of("Channel", ""),
                axis,
                states.stream().map(ChannelState::label).toList(),
                List.of(
                        bars("CARD", states, three -> value.applyAsDouble(three.card)),
                        bars("Server-only", states, three -> value.applyAsDouble(three.serverOnly)),
                        bars("Device-only", states, three -> value.applyAsDouble(three.deviceOnly))),
                false);
    }

    private Bars bars(String name, List<ChannelState> states, ToDoubleFunction<Three> value) {
        return new Bars(
                name,
                states.stream().map(state -> value.applyAsDouble(in(state))).toList());
    }
}
