package io.splittune.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.splittune.codec.Coder;
import io.splittune.codec.Compression;
import io.splittune.codec.FloatFormat;
import io.splittune.core.RandomStreams;
import io.splittune.core.UserException;
import io.splittune.planner.DevicePlan;
import io.splittune.planner.SflamDevice;
import io.splittune.planner.SflamGoal;
import io.splittune.planner.SflamLimits;
import io.splittune.planner.SflamPlanner;
import io.splittune.planner.SflamProblem;
import io.splittune.training.DeviceDecision;
import io.splittune.training.Scheme;
import io.splittune.wireless.BlockGains;
import io.splittune.wireless.Device;
import io.splittune.wireless.FadingBlockGains;
import io.splittune.wireless.LinkState;
import io.splittune.wireless.SplitBatch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BlockPolicyTest {
    private static final RandomStreams STREAMS = new RandomStreams(4);
    private static final int DEVICES = 6;
    private static final int BLOCKS = 2;
    private static final double BLOCK_HZ = 5e6;
    private static final double ITERATIONS = 3;
    private static final Fleet FLEET = Fleets.of(0.6e9, 0.8e9, 1e9, 1.2e9, 1.4e9, 1.5e9);
    private static final List<LinkState> LINKS = Collections.nCopies(DEVICES, new LinkState(9, 2));
    private static final BlockGains GAINS = new FadingBlockGains(Collections.nCopies(DEVICES, 100.0), BLOCKS, STREAMS);

    @Test
    void asManyDevicesTakePartAsThereAreBlocksAndOthersInOtherRounds() {
        BlockPolicy policy = policy(GAINS, 900, false);
        boolean[] served = new boolean[DEVICES];
        for (int round = 1; round <= 40; round++) {
            List<DeviceDecision> decisions = policy.decide(round);
            assertThat(decisions).hasSize(DEVICES).allMatch(decision -> decision.cut() == 0);
            assertThat(decisions.stream().filter(DeviceDecision::participates)).hasSize(BLOCKS);
            for (int n = 0; n < DEVICES; n++) {
                served[n] |= decisions.get(n).participates();
            }
        }
        assertThat(served).containsOnly(true);
        assertThat(policy.decide(7)).isEqualTo(policy(GAINS, 900, false).decide(7));
    }

    @Test
    void aParticipantSendsItsBitsOverItsBlockAtItsPower() {
        BlockPolicy policy = policy(GAINS, 900, false);
        List<DeviceDecision> decisions = policy.decide(3);
        RoundResources resources = policy.resources(3, List.of(), LINKS);
        List<Optional<DevicePlan>> plans = policy.plans(3);
        for (int n = 0; n < DEVICES; n++) {
            if (plans.get(n).isEmpty()) {
                assertThat(decisions.get(n).participates()).isFalse();
                assertThat(resources.bandwidthsHz()[n]).isZero();
                continue;
            }
            DevicePlan plan = plans.get(n).get();
            Compression.Quantised sent =
                    (Compression.Quantised) decisions.get(n).compression().activations();
            assertThat(sent.keep()).isEqualTo(1);
            assertThat(sent.levels()).isEqualTo(plan.compression().levels());
            assertThat(Integer.bitCount(sent.levels() + 1)).isEqualTo(1);
            assertThat(resources.bandwidthsHz()[n]).isEqualTo(BLOCK_HZ);
            assertThat(resources.txPowersWatts()[n]).isEqualTo(plan.powerWatts());
            double gain = GAINS.gainToNoise(n, plan.resourceBlock().orElseThrow(), 3);
            double bitsPerHz = Math.log1p(gain * plan.powerWatts()) / Math.log(2);
            assertThat(resources.links().get(n).uplinkBitsPerHz()).isCloseTo(bitsPerHz, within(1e-12 * bitsPerHz));
            assertThat(resources.links().get(n).downlinkBitsPerHz()).isEqualTo(2);
        }
    }

    @Test
    void theRoundsUploadTakesWhatWasPlanned() {
        BlockPolicy policy = policy(GAINS, 900, false);
        List<DeviceLoad> loads = new ArrayList<>();
        for (Optional<DevicePlan> plan : policy.plans(2)) {
            loads.add(plan.map(device -> Fleets.LOADS.of(
                            Scheme.SFLAM,
                            new DeviceSetting(0, device.compression().activationRatio(), 1),
                            ITERATIONS,
                            false))
                    .orElse(DeviceLoad.NONE));
        }
        RoundCost cost = new SchemeCosts(Scheme.SFLAM, FLEET, EventOptions.CLOSED_FORM, STREAMS)
                .round(loads, policy.resources(2, loads, LINKS), 0, 2);
        for (int n = 0; n < DEVICES; n++) {
            Optional<DevicePlan> plan = policy.plans(2).get(n);
            double planned = plan.map(device -> device.phases().it()).orElse(0.0);
            assertThat(cost.devices().get(n).phases().it()).isCloseTo(planned, within(1e-9 * planned));
            assertThat(cost.devices().get(n).participated()).isEqualTo(plan.isPresent());
        }
        assertThat(cost.virtualSeconds())
                .as("the slowest participant, with the answer")
                .isPositive();
    }

    @Test
    void theChanceToTakePartIsThatOfABlock() {
        assertThat(policy(GAINS, 900, true).decide(1))
                .allMatch(decision -> decision.participationProbability().orElseThrow() == (double) BLOCKS / DEVICES);
        assertThat(policy(GAINS, 900, false).decide(1))
                .allMatch(decision -> decision.participationProbability().isEmpty());
    }

    @Test
    void aRoundThatNobodyCanMeetHasNoParticipantsAndTheFirstOneIsTheUsersMistake() {
        BlockGains late = new BlockGains() {
            @Override
            public int devices() {
                return DEVICES;
            }

            @Override
            public int blocks() {
                return BLOCKS;
            }

            @Override
            public double gainToNoise(int deviceIndex, int block, int round) {
                return round == 1 ? 100 : 0;
            }
        };
        assertThat(policy(late, 900, false).decide(2)).noneMatch(DeviceDecision::participates);
        assertThatThrownBy(() -> policy(GAINS, 1e-3, false))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("planner sflam: ");
    }

    private static BlockPolicy policy(BlockGains gains, double seconds, boolean inverseProbability) {
        List<SflamDevice> devices = new ArrayList<>();
        for (Device device : FLEET.devices()) {
            devices.add(new SflamDevice(device.id(), device, 200, ITERATIONS));
        }
        SplitBatch batch = new SplitBatch(
                Fleets.WORKLOAD.deviceForwardFlops(0),
                Fleets.WORKLOAD.serverForwardFlops(0) + Fleets.WORKLOAD.serverBackwardFlops(0),
                8.0 * Fleets.WORKLOAD.activationBytes(),
                true);
        SflamProblem problem = new SflamProblem(
                devices,
                FLEET.server(),
                batch,
                gains,
                1,
                BLOCK_HZ,
                new SflamLimits(seconds, 4, 16),
                SflamGoal.RECONSTRUCTED);
        return new BlockPolicy(
                problem,
                SflamPlanner.proposed(),
                new BlockPolicy.Options(
                        BLOCKS,
                        Coder.RAW,
                        new Compression.None(FloatFormat.FP32),
                        FloatFormat.FP32,
                        inverseProbability),
                STREAMS);
    }
}
