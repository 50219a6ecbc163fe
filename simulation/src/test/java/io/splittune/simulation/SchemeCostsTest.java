package io.splittune.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.splittune.core.RandomStreams;
import io.splittune.testkit.Property;
import io.splittune.training.Scheme;
import io.splittune.wireless.DeviceSite;
import io.splittune.wireless.EnergyModel;
import io.splittune.wireless.Formulas;
import io.splittune.wireless.LinkState;
import io.splittune.wireless.PhaseSeconds;
import io.splittune.wireless.RoundDelay;
import io.splittune.wireless.RoundEnergy;
import io.splittune.wireless.SchemeDelay;
import io.splittune.wireless.SchemeRound;
import io.splittune.wireless.SftSetting;
import io.splittune.wireless.SplitDecision;
import io.splittune.wireless.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class SchemeCostsTest {
    private static final RandomStreams STREAMS = new RandomStreams(3);

    @Test
    void everySchemeCostsWhatItsClosedFormSays() {
        Property.forAll(200, random -> {
            Case drawn = new Case(random);
            for (Scheme scheme : Scheme.values()) {
                for (boolean first : new boolean[] {true, false}) {
                    SchemeRound expected = drawn.closedForm(scheme, first);
                    RoundCost cost = drawn.cost(scheme, first, EventOptions.CLOSED_FORM);
                    assertClose(cost.virtualSeconds(), expected.seconds());
                    double joules = 0;
                    for (int n = 0; n < drawn.sites.size(); n++) {
                        PhaseSeconds phases = expected.devices().get(n);
                        DeviceCost device = cost.devices().get(n);
                        assertPhases(device.phases(), phases);
                        assertClose(device.delaySeconds(), phases.total());
                        RoundEnergy energy = new EnergyModel(drawn.fleet.server(), drawn.fleet.totalBandwidthHz())
                                .of(
                                        drawn.fleet.devices().get(n),
                                        device.bandwidthHz(),
                                        drawn.powers[n],
                                        drawn.clock(scheme, n),
                                        phases);
                        assertClose(device.energy().total(), energy.total());
                        joules += energy.total();
                    }
                    assertClose(cost.energy().total(), joules);
                    assertClose(cost.phases().total(), cost.virtualSeconds());
                }
            }
        });
    }

    @Test
    void bytesAreThoseOfTheWorkload() {
        Fleet fleet = Fleets.of(1e9, 1e9);
        Workload workload = Fleets.WORKLOAD;
        RoundCost cost = cost(Scheme.SFT, fleet, List.of(load(10), load(10)), EventOptions.CLOSED_FORM);
        PhaseBytes bytes = cost.bytes();
        assertThat(bytes.ed()).isEqualTo(2.0 * workload.deviceAdapterBytes(5));
        assertThat(bytes.it()).isCloseTo(2 * 10 * 0.1 * workload.activationBytes(), within(1e-3));
        assertThat(bytes.gt()).isCloseTo(2 * 10 * 0.2 * workload.activationBytes(), within(1e-3));
        assertThat(bytes.lt()).isEqualTo(2.0 * workload.deviceAdapterBytes(5));
        assertThat(bytes.up()).isEqualTo(bytes.it() + bytes.lt());
        assertThat(bytes.down()).isEqualTo(bytes.ed() + bytes.gt());
    }

    @Test
    void aDeviceThatIsLeftOutOrHasNoLinkCostsNothing() {
        Fleet fleet = Fleets.of(1e9, 0.5e9, 0.6e9);
        List<LinkState> links = List.of(LinkState.ofSnrDb(17, 17), LinkState.ofSnrDb(17, 17), new LinkState(0, 5));
        List<DeviceLoad> loads = List.of(load(10), DeviceLoad.NONE, load(10));
        RoundCost cost = new SchemeCosts(Scheme.SFT, fleet, EventOptions.CLOSED_FORM, STREAMS)
                .round(loads, RoundResources.of(fleet, links, new double[] {1e7, 0, 1e7}), 0, 2);
        assertThat(cost.participants()).isEqualTo(1);
        assertThat(cost.devices().get(1)).isEqualTo(DeviceCost.IDLE);
        assertThat(cost.devices().get(2)).isEqualTo(DeviceCost.IDLE);
        assertThat(cost.virtualSeconds()).isEqualTo(cost.devices().get(0).delaySeconds());
    }

    @Test
    void theQueueLengthensRoundsOfParallelSplitSchemesAlone() {
        Property.forAll(30, random -> {
            Case drawn = new Case(random);
            EventOptions queued = EventOptions.CLOSED_FORM.withQueue(ServerQueue.FIFO);
            for (Scheme scheme : Scheme.values()) {
                double without =
                        drawn.cost(scheme, false, EventOptions.CLOSED_FORM).virtualSeconds();
                double with = drawn.cost(scheme, false, queued).virtualSeconds();
                if (scheme.isSplit() && !scheme.isSequential()) {
                    assertThat(with).isGreaterThanOrEqualTo(without * (1 - 1e-12));
                } else {
                    assertThat(with).isEqualTo(without);
                }
            }
        });
    }

    @Test
    void timeInTheQueueCountsAsServerTime() {
        Fleet fleet = Fleets.of(1e9, 1e9);
        EventOptions queued = EventOptions.CLOSED_FORM.withQueue(ServerQueue.FIFO);
        RoundCost cost = cost(Scheme.SFT, fleet, List.of(load(10), load(10)), queued);
        for (DeviceCost device : cost.devices()) {
            assertClose(device.phases().total(), device.delaySeconds());
        }
        assertThat(cost.devices().get(1).phases().sc())
                .isGreaterThan(cost.devices().get(0).phases().sc());
        assertThat(cost.devices().get(1).energy())
                .isEqualTo(cost.devices().get(0).energy());
    }

    @Test
    void splitLearningWaitsAtEachLostDeviceUntilItsDeadline() {
        Fleet fleet = Fleets.of(1e9, 1e9, 1e9);
        EventOptions lost = EventOptions.CLOSED_FORM.withDisturbance(new Disturbance(0, 0, 1, 1, 1e6));
        RoundCost cost = cost(Scheme.SL, fleet, List.of(load(10), load(10), load(10)), lost);
        assertThat(cost.virtualSeconds()).isEqualTo(3e6);
        assertThat(cost.devices()).noneMatch(DeviceCost::finished);
    }

    @Test
    void aLostDeviceIsChargedForWhatItDid() {
        Fleet fleet = Fleets.of(1e9);
        EventOptions lost = EventOptions.CLOSED_FORM.withDisturbance(new Disturbance(0, 0, 1, 1, 1e6));
        DeviceCost whole = cost(Scheme.SFT, fleet, List.of(load(10)), EventOptions.CLOSED_FORM)
                .devices()
                .get(0);
        DeviceCost part =
                cost(Scheme.SFT, fleet, List.of(load(10)), lost).devices().get(0);
        assertThat(part.bytes().lt()).isZero();
        assertThat(part.bytes().ed()).isEqualTo(whole.bytes().ed());
        assertThat(part.bytes().it()).isLessThan(whole.bytes().it());
        assertThat(part.energy().total()).isLessThan(whole.energy().total());
        assertThat(part.phases().total()).isLessThanOrEqualTo(part.delaySeconds());
    }

    @Test
    void nobodyIsLostWhereNoServerWaits() {
        Fleet fleet = Fleets.of(1e9, 1e9);
        EventOptions lost = EventOptions.CLOSED_FORM.withDisturbance(new Disturbance(0, 0, 1, 1, 1e-3));
        for (Scheme scheme : List.of(Scheme.LOCAL, Scheme.CENTRAL)) {
            DeviceLoad load = Fleets.LOADS.of(scheme, DeviceSetting.uncompressed(0), 10, false);
            assertThat(cost(scheme, fleet, List.of(load, load), lost).devices()).allMatch(DeviceCost::finished);
        }
    }

    @Test
    void aSlowerServerClockTakesLongerAndSavesEnergyByItsSquare() {
        Fleet fleet = Fleets.of(1e9);
        List<LinkState> links = List.of(LinkState.ofSnrDb(17, 17));
        SchemeCosts costs = new SchemeCosts(Scheme.CARD, fleet, EventOptions.CLOSED_FORM, STREAMS);
        double[] band = {1e7};
        double[] power = {0};
        double clockHz = fleet.server().clockHz();
        RoundCost fast =
                costs.round(List.of(load(10)), new RoundResources(links, band, power, new double[] {clockHz}), 0, 2);
        RoundCost slow = costs.round(
                List.of(load(10)), new RoundResources(links, band, power, new double[] {clockHz / 2}), 0, 2);
        assertClose(slow.phases().sc(), 2 * fast.phases().sc());
        assertClose(slow.energy().serverComputeJoules(), fast.energy().serverComputeJoules() / 4);
        assertThat(slow.energy().deviceTransmitJoules()).isZero();
        assertThat(slow.devices().get(0).bandwidthHz()).isEqualTo(fleet.totalBandwidthHz());
    }

    @Test
    void resourcesOfDifferentSizesOrOutOfRangeAreRefused() {
        List<LinkState> links = List.of(LinkState.ofSnrDb(17, 17));
        double[] one = {1};
        assertThatThrownBy(() -> new RoundResources(links, one, new double[2], one))
                .hasMessage("links (1), bandwidths (1), powers (2) and clocks (1) must have one entry per device.");
        assertThatThrownBy(() -> new RoundResources(links, one, one, new double[1]))
                .hasMessage("serverClockHz (0.0) must be finite and > 0.");
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Fleet fleet = Fleets.of(1e9, 1e9);
        assertThatThrownBy(() -> cost(Scheme.SFT, fleet, List.of(load(1)), EventOptions.CLOSED_FORM))
                .hasMessage("loads (1) and resources (2) must have one entry per device (2).");
        assertThatThrownBy(() ->
                        new SchemeLoads(new Workload(SftSetting.tuning(100).with(Formulas.PRINTED)), 1))
                .hasMessage("formulas (PRINTED) have no mini-batches to simulate.");
        assertThatThrownBy(() -> new SchemeLoads(Fleets.WORKLOAD, Double.NaN))
                .hasMessage("sampleBytes (NaN) must be finite and > 0.");
        assertThatThrownBy(() -> new DeviceSetting(1, 0, 1))
                .hasMessage("activationRatio (0.0) must be finite and > 0.");
        assertThatThrownBy(() -> new PhaseBytes(0, -1, 0, 0)).hasMessage("it (-1.0) must be finite and >= 0.");
        assertThatThrownBy(() -> new Fleet(List.of(), SftSetting.server(), 1, 1, 1))
                .hasMessage("A fleet needs at least one device.");
        assertThatThrownBy(() -> new Fleet(fleet.devices(), SftSetting.server(), 1e6, 1e6, 1e6))
                .hasMessage("minBandwidthPerDeviceHz (1000000.0) for 2 devices is more than totalBandwidthHz"
                        + " (1000000.0).");
        assertThatThrownBy(() -> new Fleet(fleet.devices(), SftSetting.server(), 1e6, 1e3, 10))
                .hasMessage("maxBandwidthPerDeviceHz (10.0) must be finite and >= minBandwidthPerDeviceHz (1000.0).");
    }

    private static DeviceLoad load(double iterations) {
        return Fleets.LOADS.of(Scheme.SFT, new DeviceSetting(5, 0.1, 0.2), iterations, false);
    }

    private static RoundCost cost(Scheme scheme, Fleet fleet, List<DeviceLoad> loads, EventOptions options) {
        int count = fleet.devices().size();
        List<LinkState> links = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            links.add(LinkState.ofSnrDb(17, 17));
        }
        double[] bandwidths = new double[count];
        Arrays.fill(bandwidths, fleet.equalBandwidthHz());
        return new SchemeCosts(scheme, fleet, options, STREAMS)
                .round(loads, RoundResources.of(fleet, links, bandwidths), 0, 2);
    }

    private static void assertPhases(PhaseSeconds actual, PhaseSeconds expected) {
        assertClose(actual.ed(), expected.ed());
        assertClose(actual.cc(), expected.cc());
        assertClose(actual.it(), expected.it());
        assertClose(actual.sc(), expected.sc());
        assertClose(actual.gt(), expected.gt());
        assertClose(actual.du(), expected.du());
        assertClose(actual.lt(), expected.lt());
    }

    /** Rounding of a few hundred additions, relative. */
    private static void assertClose(double actual, double expected) {
        assertThat(actual).isCloseTo(expected, within(1e-9 * Math.max(1, expected)));
    }

    /** A fleet with links, bandwidths and decisions. */
    private static final class Case {
        private final Fleet fleet;
        private final List<DeviceSite> sites = new ArrayList<>();
        private final List<SplitDecision> decisions = new ArrayList<>();
        private final List<Double> clocks = new ArrayList<>();
        private final double[] powers;
        private final int cut;

        Case(RandomGenerator random) {
            fleet = Fleets.random(random);
            cut = 1 + random.nextInt(11);
            powers = random.doubles(fleet.devices().size(), 0, 2).toArray();
            for (int n = 0; n < fleet.devices().size(); n++) {
                double iterations = random.nextDouble(0.5, 200);
                sites.add(new DeviceSite(fleet.devices().get(n), Fleets.link(random), iterations));
                decisions.add(new SplitDecision(
                        cut,
                        random.nextDouble(0.01, 1),
                        random.nextDouble(0.01, 1),
                        random.nextDouble(0.01, 1) * fleet.equalBandwidthHz()));
                clocks.add(random.nextDouble(0.5e9, 3e9));
            }
        }

        /** The other schemes' closed forms have the server at its own clock. */
        double clock(Scheme scheme, int n) {
            return scheme == Scheme.CARD ? clocks.get(n) : fleet.server().clockHz();
        }

        SchemeRound closedForm(Scheme scheme, boolean first) {
            SchemeDelay delay =
                    new SchemeDelay(new RoundDelay(Fleets.WORKLOAD, fleet.server(), fleet.totalBandwidthHz()));
            List<Double> bands =
                    decisions.stream().map(SplitDecision::bandwidthHz).toList();
            return switch (scheme) {
                case SFT -> delay.sft(sites, decisions, first);
                case SL -> delay.splitLearning(sites, cut, first);
                case SFL -> delay.splitFed(sites, cut, bands, first);
                case FL -> delay.federated(sites, bands);
                case FL_LORA -> delay.federatedLora(sites, bands, first);
                case LOCAL -> delay.local(sites, first);
                case CENTRAL -> delay.central(sites, bands, Fleets.SAMPLE_BYTES, first);
                case CARD -> delay.card(sites, decisions, clocks, first);
                case SFLAM -> delay.sft(sites, decisions, first);
            };
        }

        RoundCost cost(Scheme scheme, boolean first, EventOptions options) {
            List<DeviceLoad> loads = new ArrayList<>();
            double[] bands = new double[sites.size()];
            double[] serverClocks = new double[sites.size()];
            for (int n = 0; n < bands.length; n++) {
                SplitDecision decision = decisions.get(n);
                DeviceSetting setting = new DeviceSetting(cut, decision.activationRatio(), decision.gradientRatio());
                loads.add(Fleets.LOADS.of(scheme, setting, sites.get(n).iterations(), first));
                bands[n] = decision.bandwidthHz();
                serverClocks[n] = clock(scheme, n);
            }
            List<LinkState> links = sites.stream().map(DeviceSite::link).toList();
            return new SchemeCosts(scheme, fleet, options, STREAMS)
                    .round(loads, new RoundResources(links, bands, powers, serverClocks), 0, 1);
        }
    }
}
