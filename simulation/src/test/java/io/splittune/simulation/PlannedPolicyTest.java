package io.splittune.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.splittune.codec.Coder;
import io.splittune.codec.Compression;
import io.splittune.codec.FloatFormat;
import io.splittune.core.RandomStreams;
import io.splittune.core.UserException;
import io.splittune.planner.CompressionOption;
import io.splittune.planner.CompressionTable;
import io.splittune.planner.DevicePlan;
import io.splittune.planner.PlannedDevice;
import io.splittune.planner.Planners;
import io.splittune.planner.Problem;
import io.splittune.training.DeviceDecision;
import io.splittune.wireless.Channel;
import io.splittune.wireless.Device;
import io.splittune.wireless.LinkState;
import io.splittune.wireless.MemoryModel;
import io.splittune.wireless.RayleighChannel;
import io.splittune.wireless.SftSetting;
import io.splittune.wireless.SnrDb;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class PlannedPolicyTest {
    private static final RandomStreams STREAMS = new RandomStreams(5);
    private static final LinkState GOOD = LinkState.ofSnrDb(17, 17);
    private static final LinkState NONE = new LinkState(0, 0);
    private static final CompressionTable TABLE = new CompressionTable(List.of(
            new CompressionOption(0.2, 7, 0.06, 0.05, 0.985),
            new CompressionOption(0.1, 3, 0.03, 0.02, 0.9),
            CompressionOption.uncompressed()));

    @Test
    void bandwidthMovesEveryRoundAndCutsEveryRRounds() {
        PlannedPolicy policy = policy("heterogeneous", rayleigh(), 4);
        for (int round = 1; round <= 12; round++) {
            List<DeviceDecision> decisions = policy.decide(round);
            if ((round - 1) % 4 != 0) {
                assertThat(decisions).isEqualTo(policy.decide(round - 1));
                assertThat(bandwidthsHz(policy, round)).isNotEqualTo(bandwidthsHz(policy, round - 1));
            }
            assertThat(Arrays.stream(bandwidthsHz(policy, round)).sum()).isCloseTo(30e6, within(1.0));
        }
    }

    @Test
    void announcesTheGreatestCutThatFitsADeviceWhereItsCutMayMove() {
        Problem roomy = problem(0.98, OptionalDouble.empty());
        List<PlannedDevice> devices = new ArrayList<>(roomy.devices());
        long memory = (long) Math.ceil(new MemoryModel(roomy.tuning()).requiredBytes(5));
        devices.set(2, withMemory(devices.get(2), memory));
        PlannedPolicy moving =
                new PlannedPolicy(roomy.withDevices(devices), rayleigh(), options("heterogeneous", 4), STREAMS);
        assertThat(moving.greatestCut(0)).hasValue(7);
        assertThat(moving.greatestCut(2)).hasValue(5);
        for (int round = 1; round <= 12; round++) {
            assertThat(moving.decide(round).get(2).cut()).isLessThanOrEqualTo(5);
        }
        assertThat(policy("exact", rayleigh(), 12).greatestCut(0)).isEmpty();
        PlannedPolicy newcomer = policy("exact", (device, round) -> device == 1 && round == 1 ? NONE : GOOD, 12);
        assertThat(newcomer.greatestCut(0)).isEmpty();
        assertThat(newcomer.greatestCut(1)).hasValue(7);
    }

    private static PlannedDevice withMemory(PlannedDevice planned, long bytes) {
        Device device = planned.hardware();
        Device smaller = new Device(
                device.id(),
                device.cores(),
                device.flopsPerCycle(),
                device.clockHz(),
                bytes,
                device.txPowerWatts(),
                device.switchedCapacitance());
        return new PlannedDevice(planned.id(), smaller, planned.link(), planned.iterations(), planned.maxBandwidthHz());
    }

    @Test
    void aResumedRunGetsTheSameDecisionsFromEveryPlanner() {
        for (String planner : Planners.names()) {
            PlannedPolicy whole = policy(planner, rayleigh(), 3);
            List<List<Optional<DevicePlan>>> plans = new ArrayList<>();
            for (int round = 1; round <= 8; round++) {
                plans.add(whole.plans(round));
            }
            PlannedPolicy resumed = policy(planner, rayleigh(), 3);
            assertThat(resumed.plans(6)).isEqualTo(plans.get(5));
            assertThat(resumed.plans(7)).isEqualTo(plans.get(6));
            assertThat(resumed.plans(2)).isEqualTo(plans.get(1));
        }
    }

    @Test
    void decisionsCarryThePlansCompression() {
        DeviceDecision decision =
                policy("two-timescale", rayleigh(), 4).decide(1).get(0);
        assertThat(decision.compression().activations()).isEqualTo(new Compression.Quantised(0.2, 7, Coder.ADAPTIVE));
        assertThat(decision.compression().gradients())
                .isEqualTo(decision.compression().activations());
        assertThat(decision.compression().shareMask()).isTrue();
        Problem exacting = problem(1, OptionalDouble.empty());
        DeviceDecision exact = new PlannedPolicy(exacting, rayleigh(), options("exact", 4), STREAMS)
                .decide(1)
                .get(0);
        assertThat(exact.compression().activations()).isEqualTo(new Compression.None(FloatFormat.FP32));
    }

    @Test
    void aDeviceInOutageStaysOutAndComesBack() {
        Channel channel = (device, round) -> device == 1 && round == 2 ? NONE : GOOD;
        PlannedPolicy policy = policy("exact", channel, 10);
        assertThat(policy.decide(2)).extracting(DeviceDecision::participates).containsExactly(true, false, true, true);
        assertThat(bandwidthsHz(policy, 2)[1]).isZero();
        assertThat(Arrays.stream(bandwidthsHz(policy, 2)).sum()).isCloseTo(30e6, within(1.0));
        assertThat(policy.decide(3)).isEqualTo(policy.decide(1));
    }

    @Test
    void aDeviceWithoutALinkWhenCutsWerePlannedGetsItsOwnLaterAndTheOthersKeepTheirs() {
        Channel channel = (device, round) -> device == 1 && round == 1 ? NONE : GOOD;
        PlannedPolicy policy = policy("heterogeneous", channel, 10);
        List<DeviceDecision> first = policy.decide(1);
        assertThat(first.get(1).participates()).isFalse();
        List<DeviceDecision> second = policy.decide(2);
        assertThat(second.get(1).participates()).isTrue();
        assertThat(second.get(0)).isEqualTo(first.get(0));
        assertThat(second.get(2)).isEqualTo(first.get(2));
    }

    @Test
    void aRoundWithoutAnyLinkHasNoParticipants() {
        PlannedPolicy policy = policy("exact", (device, round) -> round == 2 ? NONE : GOOD, 10);
        assertThat(policy.decide(2)).noneMatch(DeviceDecision::participates);
        assertThat(policy.decide(3)).allMatch(DeviceDecision::participates);
    }

    @Test
    void theWorstLinksStayOutOfARoundThatWouldMissTheDeadline() {
        double seconds = new PlannedPolicy(
                        problem(0.98, OptionalDouble.empty()), fixed(), options("exact", 10), STREAMS)
                .plans(1).stream()
                        .mapToDouble(plan -> plan.orElseThrow().delaySeconds())
                        .max()
                        .orElseThrow();
        Channel channel = (device, round) -> round > 1 && device == 2 ? new LinkState(1e-3, 1e-3) : GOOD;
        Problem urgent = problem(0.98, OptionalDouble.of(1.2 * seconds));
        PlannedPolicy policy = new PlannedPolicy(urgent, channel, options("exact", 10), STREAMS);
        assertThat(policy.decide(1)).allMatch(DeviceDecision::participates);
        assertThat(policy.decide(2)).extracting(DeviceDecision::participates).containsExactly(true, true, false, true);
    }

    @Test
    void aPlanThatCannotStartIsTheUsersMistakeWithThePlannersReason() {
        Problem impossible = problem(2, OptionalDouble.empty());
        assertThatThrownBy(() -> new PlannedPolicy(impossible, fixed(), options("exact", 1), STREAMS))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("planner exact: accuracy: the floor 2")
                .hasMessageNotContaining("\n");
        assertThatThrownBy(() -> policy("best", fixed(), 1))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("planner 'best' is unknown");
        assertThatThrownBy(() -> options("exact", 0)).hasMessage("replanEvery (0) must be > 0.");
        assertThatThrownBy(() -> policy("exact", fixed(), 1).plans(0)).hasMessage("round (0) must be > 0.");
    }

    private static double[] bandwidthsHz(PlannedPolicy policy, int round) {
        return policy.resources(round, List.of(), Collections.nCopies(4, GOOD)).bandwidthsHz();
    }

    private static PlannedPolicy policy(String planner, Channel channel, int replanEvery) {
        return new PlannedPolicy(
                problem(0.98, OptionalDouble.empty()), channel, options(planner, replanEvery), STREAMS);
    }

    private static PlannedPolicy.Options options(String planner, int replanEvery) {
        return new PlannedPolicy.Options(planner, replanEvery, 12, Coder.ADAPTIVE, true, FloatFormat.FP32);
    }

    private static Problem problem(double accuracyFloor, OptionalDouble deadline) {
        Fleet fleet = Fleets.of(0.5e9, 0.8e9, 1.2e9, 1.5e9);
        List<PlannedDevice> devices = fleet.devices().stream()
                .map(device -> new PlannedDevice(device.id(), device, GOOD, SftSetting.ITERATIONS, 30e6))
                .toList();
        return new Problem(
                Fleets.WORKLOAD.setup(),
                devices,
                fleet.server(),
                30e6,
                1e3,
                List.of(1, 3, 5, 7),
                TABLE,
                accuracyFloor,
                true,
                deadline);
    }

    private static Channel fixed() {
        return Fleets.fixed(4);
    }

    private static Channel rayleigh() {
        return new RayleighChannel(Collections.nCopies(4, new SnrDb(17, 17)), STREAMS);
    }
}
