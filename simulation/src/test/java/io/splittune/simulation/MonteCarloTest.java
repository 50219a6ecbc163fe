package io.splittune.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.splittune.core.RandomStreams;
import io.splittune.core.RandomStreams.Purpose;
import io.splittune.planner.BisectionBandwidth;
import io.splittune.planner.EqualBandwidth;
import io.splittune.planner.RandomBandwidth;
import io.splittune.training.Scheme;
import io.splittune.wireless.Channel;
import io.splittune.wireless.CqiChannel;
import io.splittune.wireless.CqiTable;
import io.splittune.wireless.DeviceSite;
import io.splittune.wireless.LinkState;
import io.splittune.wireless.RayleighChannel;
import io.splittune.wireless.RoundDelay;
import io.splittune.wireless.SchemeDelay;
import io.splittune.wireless.SftSetting;
import io.splittune.wireless.SnrDb;
import io.splittune.wireless.SplitDecision;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class MonteCarloTest {
    private static final RandomStreams STREAMS = new RandomStreams(5);
    private static final DeviceSetting SETTING = new DeviceSetting(5, 0.068, 0.068);

    @Test
    void aFixedChannelGivesTheClosedFormInEveryRealization() {
        Fleet fleet = Fleets.of(0.5e9, 0.8e9, 1.2e9, 1.5e9);
        SchemeStatistics result = run(fleet, r -> Fleets.fixed(4), EventOptions.CLOSED_FORM, 20, 3, equal());
        List<DeviceSite> sites = fleet.devices().stream()
                .map(device -> new DeviceSite(device, LinkState.ofSnrDb(17, 17), SftSetting.ITERATIONS))
                .toList();
        SchemeDelay closed = new SchemeDelay(new RoundDelay(Fleets.WORKLOAD, fleet.server(), 30e6));
        List<SplitDecision> decisions = Collections.nCopies(4, new SplitDecision(5, 0.068, 0.068, 7.5e6));
        double expected = closed.sft(sites, decisions, true).seconds()
                + 19 * closed.sft(sites, decisions, false).seconds();
        assertThat(result.delaySeconds().mean()).isCloseTo(expected, within(1e-9 * expected));
        assertThat(result.delaySeconds().p50()).isCloseTo(expected, within(1e-9 * expected));
        assertThat(result.delaySeconds().p95()).isCloseTo(expected, within(1e-9 * expected));
        assertThat(result.phaseSeconds().total()).isCloseTo(expected, within(1e-9 * expected));
        assertThat(result.participants()).isEqualTo(4);
    }

    @Test
    void theMeanOverRayleighFadingIsThatOfTheIntegral() {
        // Shannon's rate under Rayleigh fading has no mean delay (1 / log2(1 + g) near g = 0); CQI steps have one.
        double meanSnr = Math.pow(10, 1.2);
        Fleet fleet = Fleets.of(1e9);
        DeviceLoad load = Fleets.LOADS.of(Scheme.SFT, SETTING, 10, false);
        double mean = 0;
        double square = 0;
        for (int cqi = 1; cqi <= CqiTable.HIGHEST; cqi++) {
            double above = Math.exp(-Math.pow(10, threshold(cqi) / 10) / meanSnr);
            double next = cqi == CqiTable.HIGHEST ? 0 : Math.exp(-Math.pow(10, threshold(cqi + 1) / 10) / meanSnr);
            LinkState link = new LinkState(CqiTable.bitsPerHz(cqi), CqiTable.bitsPerHz(cqi));
            double seconds = load.phases(
                            fleet.devices().get(0), link, 30e6, fleet.server().flopsPerSecond(), 30e6)
                    .total();
            mean += (above - next) * seconds;
            square += (above - next) * seconds * seconds;
        }
        int rounds = 20_000;
        MonteCarlo.Channels channels =
                realization -> CqiChannel.over(new RayleighChannel(List.of(new SnrDb(12, 12)), new RandomStreams(99)));
        SchemeStatistics result = new MonteCarlo(
                        new MonteCarlo.Setting(
                                fleet, Fleets.LOADS, List.of(10.0), channels, EventOptions.CLOSED_FORM, rounds, 1),
                        STREAMS)
                .run(new SimulatedScheme("sft", Scheme.SFT, List.of(SETTING), equal()));
        double once = frozenSeconds(channels.of(0), fleet);
        double standardError = Math.sqrt((square - mean * mean) / rounds);
        assertThat((result.delaySeconds().mean() - once) / rounds).isCloseTo(mean, within(3 * standardError));
        double outage = 1 - Math.exp(-Math.pow(10, threshold(1) / 10) / meanSnr);
        assertThat(result.participants()).isCloseTo(1 - outage, within(3 * Math.sqrt(outage * (1 - outage) / rounds)));
    }

    /** The broadcast of the frozen half in the first round with a link, which the mean of later rounds leaves out. */
    private static double frozenSeconds(Channel channel, Fleet fleet) {
        int round = 1;
        while (channel.state(0, round).isOutage()) {
            round++;
        }
        double bytes = Fleets.WORKLOAD.deviceModelBytes(5) - Fleets.WORKLOAD.deviceAdapterBytes(5);
        return bytes * 8 / (fleet.totalBandwidthHz() * channel.state(0, round).downlinkBitsPerHz());
    }

    @Test
    void theResultIsTheSameOnEveryRun() {
        Fleet fleet = Fleets.of(0.5e9, 0.8e9, 1.2e9, 1.5e9);
        EventOptions options = new EventOptions(ServerQueue.FIFO, 4, new Disturbance(0.2, 0.2, 3, 0.1, 2000));
        SimulatedScheme.Allocations random =
                (realization, round) -> new RandomBandwidth(STREAMS.stream(Purpose.PLANNER, realization, round));
        SchemeStatistics first = run(fleet, rayleigh(4), options, 50, 4, random);
        assertThat(run(fleet, rayleigh(4), options, 50, 4, random)).isEqualTo(first);
        assertThat(first.delaySeconds().p95())
                .isGreaterThan(first.delaySeconds().p50());
    }

    @Test
    void theBestDivisionOfTheBandIsNeverWorseThanEqualShares() {
        Fleet fleet = Fleets.of(0.5e9, 0.8e9, 1.2e9, 1.5e9);
        SchemeStatistics equal = run(fleet, rayleigh(4), EventOptions.CLOSED_FORM, 50, 4, equal());
        SchemeStatistics best = run(
                fleet,
                rayleigh(4),
                EventOptions.CLOSED_FORM,
                50,
                4,
                SimulatedScheme.Allocations.always(new BisectionBandwidth()));
        assertThat(best.delaySeconds().mean()).isLessThan(equal.delaySeconds().mean());
        assertThat(best.bytes()).isEqualTo(equal.bytes());
    }

    @Test
    void everySchemeRunsOverAChannelWithOutages() {
        Fleet fleet = Fleets.of(0.5e9, 0.8e9, 1.2e9);
        MonteCarlo.Channels channels = realization -> CqiChannel.over(
                new RayleighChannel(Collections.nCopies(3, new SnrDb(0, 0)), new RandomStreams(realization)));
        for (Scheme scheme : Scheme.values()) {
            SchemeStatistics result = new MonteCarlo(
                            new MonteCarlo.Setting(
                                    fleet,
                                    Fleets.LOADS,
                                    Collections.nCopies(3, 10.0),
                                    channels,
                                    EventOptions.CLOSED_FORM,
                                    30,
                                    2),
                            STREAMS)
                    .run(new SimulatedScheme(scheme.key(), scheme, Collections.nCopies(3, SETTING), equal()));
            assertThat(result.delaySeconds().mean()).isPositive().isFinite();
            assertThat(result.participants()).isBetween(1.0, 3.0);
        }
    }

    @Test
    void percentilesAreThoseOfNumpy() {
        // numpy.percentile([4, 1, 3, 2, 10], [50, 95]) of NumPy 2: 3, 8.8.
        Distribution distribution = Distribution.of(new double[] {4, 1, 3, 2, 10});
        assertThat(distribution.mean()).isEqualTo(4);
        assertThat(distribution.p50()).isEqualTo(3);
        assertThat(distribution.p95()).isCloseTo(8.8, within(1e-12));
        assertThat(Distribution.of(new double[] {7})).isEqualTo(new Distribution(7, 7, 7));
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Fleet fleet = Fleets.of(1e9, 1e9);
        assertThatThrownBy(() -> run(fleet, r -> Fleets.fixed(2), EventOptions.CLOSED_FORM, 0, 1, equal()))
                .hasMessage("rounds (0) must be > 0.");
        assertThatThrownBy(() -> run(fleet, r -> Fleets.fixed(2), EventOptions.CLOSED_FORM, 1, 0, equal()))
                .hasMessage("realizations (0) must be > 0.");
        assertThatThrownBy(() -> new MonteCarlo.Setting(
                        fleet, Fleets.LOADS, List.of(1.0), r -> Fleets.fixed(2), EventOptions.CLOSED_FORM, 1, 1))
                .hasMessage("iterations (1) must have one entry per device (2).");
        assertThatThrownBy(() -> Distribution.of(new double[0])).hasMessage("number of values (0) must be > 0.");
    }

    private static SchemeStatistics run(
            Fleet fleet,
            MonteCarlo.Channels channels,
            EventOptions options,
            int rounds,
            int realizations,
            SimulatedScheme.Allocations allocations) {
        int count = fleet.devices().size();
        MonteCarlo.Setting setting = new MonteCarlo.Setting(
                fleet,
                Fleets.LOADS,
                Collections.nCopies(count, SftSetting.ITERATIONS),
                channels,
                options,
                rounds,
                realizations);
        return new MonteCarlo(setting, STREAMS)
                .run(new SimulatedScheme("sft", Scheme.SFT, Collections.nCopies(count, SETTING), allocations));
    }

    private static MonteCarlo.Channels rayleigh(int devices) {
        return realization -> new RayleighChannel(
                Collections.nCopies(devices, new SnrDb(17, 17)),
                new RandomStreams(STREAMS.streamSeed(Purpose.CHANNEL, realization)));
    }

    private static SimulatedScheme.Allocations equal() {
        return SimulatedScheme.Allocations.always(new EqualBandwidth());
    }

    /** Returns the least SINR of a CQI, by bisection of the table. */
    private static double threshold(int cqi) {
        double low = -30;
        double high = 40;
        for (int i = 0; i < 60; i++) {
            double middle = (low + high) / 2;
            if (CqiTable.ofSinrDb(middle) >= cqi) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }
}
