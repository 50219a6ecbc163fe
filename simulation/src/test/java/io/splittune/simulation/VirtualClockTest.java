package io.splittune.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.splittune.codec.Compression;
import io.splittune.codec.FloatFormat;
import io.splittune.core.RandomStreams;
import io.splittune.planner.EqualBandwidth;
import io.splittune.training.DeviceRound;
import io.splittune.training.RoundRecord;
import io.splittune.training.Scheme;
import io.splittune.training.Traffic;
import io.splittune.wireless.DeviceSite;
import io.splittune.wireless.LinkState;
import io.splittune.wireless.PhaseSeconds;
import io.splittune.wireless.RoundDelay;
import io.splittune.wireless.SftSetting;
import io.splittune.wireless.SplitDecision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class VirtualClockTest {
    private static final RandomStreams STREAMS = new RandomStreams(3);
    private static final LinkState LINK = LinkState.ofSnrDb(17, 17);
    private static final int SAMPLES = 6250;
    private static final int STEPS = 98;
    private static final int CUT = 5;

    private final Fleet fleet = Fleets.of(0.5e9, 1e9, 1.5e9);

    @Test
    void bytesOfTheFormulaGiveTheDelayOfTheFormula() {
        double ratio = 0.068;
        long adapter = Fleets.WORKLOAD.deviceAdapterBytes(CUT);
        double raw = SftSetting.ITERATIONS * Fleets.WORKLOAD.activationBytes();
        Traffic traffic = frames(adapter, adapter, Math.round(ratio * raw), Math.round(ratio * raw));
        VirtualClock clock = clock(Scheme.SFT, EventOptions.CLOSED_FORM);
        for (int round = 1; round <= 3; round++) {
            RoundCost cost = clock.cost(record(round, split(CUT, traffic), split(CUT, traffic), split(CUT, traffic)));
            double slowest = 0;
            for (int n = 0; n < 3; n++) {
                DeviceSite site = new DeviceSite(fleet.devices().get(n), LINK, SftSetting.ITERATIONS);
                PhaseSeconds expected = new RoundDelay(Fleets.WORKLOAD, fleet.server(), fleet.totalBandwidthHz())
                        .phases(site, new SplitDecision(CUT, ratio, ratio, 10e6), round == 1);
                // Frames are whole bytes: a byte less or more is some 1e-7 s.
                assertThat(cost.devices().get(n).delaySeconds()).isCloseTo(expected.total(), within(1e-6));
                assertThat(cost.devices().get(n).phases().ed()).isCloseTo(expected.ed(), within(1e-9));
                slowest = Math.max(slowest, expected.total());
            }
            assertThat(cost.virtualSeconds()).isCloseTo(slowest, within(1e-6));
            assertThat(cost.phases()).isEqualTo(cost.devices().get(0).phases());
        }
    }

    @Test
    void secondsFollowTheBytesThatWereReallySent() {
        Traffic small = frames(1000, 1000, 5_000_000, 7_000_000);
        RoundCost cost = clock(Scheme.SFT, EventOptions.CLOSED_FORM)
                .cost(record(1, split(CUT, small), split(CUT, small), split(CUT, small)));
        double rate = 10e6 * LINK.uplinkBitsPerHz();
        assertThat(cost.devices().get(0).phases().it()).isCloseTo(5e6 * 8 / rate, within(1e-9));
        assertThat(cost.devices().get(0).phases().gt()).isCloseTo(7e6 * 8 / rate, within(1e-9));
        assertThat(cost.devices().get(0).phases().lt()).isCloseTo(1000 * 8 / rate, within(1e-9));
        assertThat(cost.bytes().up()).isEqualTo(3 * 5_001_000.0);
    }

    @Test
    void frozenWeightsGoToADeviceOnceAndAgainOnlyForBlocksThatItLacks() {
        VirtualClock clock = clock(Scheme.SFT, EventOptions.CLOSED_FORM);
        Traffic traffic = frames(1000, 1000, 1_000_000, 1_000_000);
        int[] cuts = {5, 5, 7, 6};
        long[] expected = {frozen(5), 0, frozen(7) - frozen(5), 0};
        for (int i = 0; i < cuts.length; i++) {
            DeviceRound device = split(cuts[i], traffic);
            RoundCost cost = clock.cost(record(i + 1, device, device, device));
            assertThat(cost.devices().get(1).bytes().ed()).isEqualTo(1000.0 + expected[i]);
        }
    }

    @Test
    void aDeviceThatIsIdleInTheFirstRoundGetsTheWeightsLater() {
        VirtualClock clock = clock(Scheme.SFT, EventOptions.CLOSED_FORM);
        Traffic traffic = frames(1000, 1000, 1_000_000, 1_000_000);
        DeviceRound device = split(CUT, traffic);
        RoundCost first = clock.cost(record(1, device, idle(), device));
        assertThat(first.devices().get(1)).isEqualTo(DeviceCost.IDLE);
        assertThat(first.participants()).isEqualTo(2);
        RoundCost second = clock.cost(record(2, device, device, device));
        assertThat(second.devices().get(1).bytes().ed()).isEqualTo(1000.0 + frozen(CUT));
        assertThat(second.devices().get(0).bytes().ed()).isEqualTo(1000.0);
    }

    @Test
    void aResumedRunCostsWhatTheWholeRunWouldHave() {
        Traffic traffic = frames(1000, 1000, 1_000_000, 1_000_000);
        RoundRecord second = record(2, split(CUT, traffic), split(CUT, traffic), split(CUT, traffic));
        EventOptions rough =
                new EventOptions(ServerQueue.FIFO, 4, new Disturbance(0.2, 0.5, 3, 0, Double.POSITIVE_INFINITY));
        VirtualClock whole = clock(Scheme.SFT, rough);
        whole.cost(record(1, split(CUT, traffic), split(CUT, traffic), split(CUT, traffic)));
        VirtualClock resumed = clock(Scheme.SFT, rough);
        for (int n = 0; n < 3; n++) {
            resumed.holds(n, CUT);
        }
        assertThat(resumed.cost(second)).isEqualTo(whole.cost(second));
    }

    @Test
    void splitLearningTakesTheSumAndTheWholeBand() {
        Traffic traffic = frames(1000, 1000, 1_000_000, 1_000_000);
        RoundCost cost = clock(Scheme.SL, EventOptions.CLOSED_FORM)
                .cost(record(1, split(CUT, traffic), split(CUT, traffic), split(CUT, traffic)));
        assertThat(cost.virtualSeconds())
                .isCloseTo(
                        cost.devices().stream()
                                .mapToDouble(DeviceCost::delaySeconds)
                                .sum(),
                        within(1e-9));
        assertThat(cost.devices()).allMatch(device -> device.bandwidthHz() == 30e6);
    }

    @Test
    void unsplitSchemesGetTheModelOnceAndFullTuningInItsOwnTraffic() {
        long model = Fleets.WORKLOAD.modelBytes();
        Traffic adapters = frames(500, 500, 0, 0);
        for (Scheme scheme : List.of(Scheme.FL_LORA, Scheme.LOCAL, Scheme.FL)) {
            VirtualClock clock = clock(scheme, EventOptions.CLOSED_FORM);
            Traffic traffic = scheme == Scheme.LOCAL ? Traffic.NONE : adapters;
            DeviceRound device = split(0, traffic);
            double down = scheme == Scheme.LOCAL ? 0 : 500;
            assertThat(clock.cost(record(1, device, device, device))
                            .devices()
                            .get(0)
                            .bytes()
                            .ed())
                    .isEqualTo(down + (scheme == Scheme.FL ? 0 : model));
            RoundCost later = clock.cost(record(2, device, device, device));
            assertThat(later.devices().get(0).bytes().ed()).isEqualTo(down);
            assertThat(later.devices().get(0).phases().sc()).isZero();
        }
    }

    @Test
    void centralUploadsEverySampleOnceAndTheServerDoesAllTheWork() {
        VirtualClock clock = clock(Scheme.CENTRAL, EventOptions.CLOSED_FORM);
        DeviceRound learner = device(0, 3 * SAMPLES, 293, Traffic.NONE);
        RoundCost first = clock.cost(record(1, learner));
        double upload = SAMPLES * Fleets.SAMPLE_BYTES * 8 / (10e6 * LINK.uplinkBitsPerHz());
        double flops = Fleets.WORKLOAD.fullForwardFlops() + Fleets.WORKLOAD.fullBackwardFlops();
        double compute = 3 * SftSetting.ITERATIONS * flops / fleet.server().flopsPerSecond();
        assertThat(first.virtualSeconds()).isCloseTo(upload + compute, within(1e-6));
        assertThat(first.bytes().up()).isEqualTo(3 * SAMPLES * Fleets.SAMPLE_BYTES);
        RoundCost second = clock.cost(record(2, learner));
        assertThat(second.virtualSeconds()).isCloseTo(compute, within(1e-6));
        assertThat(second.bytes()).isEqualTo(PhaseBytes.ZERO);
    }

    @Test
    void aDroppedDeviceIsChargedForItsSteps() {
        Traffic traffic = frames(1000, 0, 1_000_000, 1_000_000);
        DeviceRound lost = new DeviceRound("d", CUT, none(), Double.NaN, 0, true, true, 10, traffic, 1, 1, 1, 0);
        RoundCost cost = clock(Scheme.SFT, EventOptions.CLOSED_FORM).cost(record(1, lost, idle(), idle()));
        double forward = 10
                * Fleets.WORKLOAD.deviceForwardFlops(CUT)
                / fleet.devices().get(0).flopsPerSecond();
        assertThat(cost.devices().get(0).phases().cc()).isCloseTo(forward, within(1e-9));
    }

    @Test
    void whatDoesNotFitIsRefused() {
        EventOptions lossy = EventOptions.CLOSED_FORM.withDisturbance(new Disturbance(0, 0, 1, 0.1, 100));
        assertThatThrownBy(() -> clock(Scheme.SFT, lossy))
                .hasMessage("A virtual clock cannot drop devices out of a training that has happened with them.");
        assertThatThrownBy(() -> clock(Scheme.SFT, EventOptions.CLOSED_FORM).cost(record(1, idle())))
                .hasMessage("The round has 1 learners, 3 were expected.");
        assertThatThrownBy(() -> new VirtualClock.Setting(fleet, Fleets.fixed(3), Fleets.LOADS, List.of(1)))
                .hasMessage("samples (1) must have one entry per device (3).");
    }

    private VirtualClock clock(Scheme scheme, EventOptions options) {
        VirtualClock.Setting setting =
                new VirtualClock.Setting(fleet, Fleets.fixed(3), Fleets.LOADS, Collections.nCopies(3, SAMPLES));
        return new VirtualClock(
                scheme,
                setting,
                ResourcePlan.allocated(fleet, SimulatedScheme.Allocations.always(new EqualBandwidth())),
                options,
                STREAMS);
    }

    private static long frozen(int cut) {
        return Fleets.WORKLOAD.deviceModelBytes(cut) - Fleets.WORKLOAD.deviceAdapterBytes(cut);
    }

    private static Traffic frames(long modelDown, long modelUp, long activation, long gradient) {
        return new Traffic(
                modelUp + activation, modelDown + gradient, 10 * activation, activation, 10 * gradient, gradient);
    }

    private static DeviceRound split(int cut, Traffic traffic) {
        return device(cut, SAMPLES, STEPS, traffic);
    }

    private static DeviceRound device(int cut, long samples, long steps, Traffic traffic) {
        return new DeviceRound("d", cut, none(), 1, samples, true, false, steps, traffic, 1, 1, 1, 0);
    }

    private static DeviceRound idle() {
        return new DeviceRound("d", CUT, none(), Double.NaN, 0, false, false, 0, Traffic.NONE, 0, 0, 0, 0);
    }

    private static Compression none() {
        return new Compression.None(FloatFormat.FP32);
    }

    private static RoundRecord record(int round, DeviceRound... devices) {
        return new RoundRecord(round, 1, 1, 0.5, Traffic.NONE, 1, new ArrayList<>(Arrays.asList(devices)));
    }
}
