package io.splittune.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.splittune.codec.Coder;
import io.splittune.codec.FloatFormat;
import io.splittune.core.RandomStreams;
import io.splittune.planner.CardDecision;
import io.splittune.planner.CardOptions;
import io.splittune.planner.CardOptions.Extremes;
import io.splittune.planner.CardPlanner;
import io.splittune.planner.CompressionOption;
import io.splittune.planner.CompressionTable;
import io.splittune.planner.DevicePlan;
import io.splittune.planner.PlannedDevice;
import io.splittune.planner.Problem;
import io.splittune.training.DeviceDecision;
import io.splittune.training.Scheme;
import io.splittune.wireless.CardSetting;
import io.splittune.wireless.CardSetting.Layers;
import io.splittune.wireless.CardSetting.Traffic;
import io.splittune.wireless.Channel;
import io.splittune.wireless.LinkState;
import io.splittune.wireless.Workload;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** CARD round by round: cuts that move, a clock for each device, and costs that are those of the plan. */
class CardPolicyTest {
    private static final RandomStreams STREAMS = new RandomStreams(8);
    private static final int ROUNDS = 30;
    private static final CardOptions OPTIONS =
            new CardOptions(CardSetting.WEIGHT, CardSetting.MIN_SERVER_CLOCK_HZ, Extremes.CORNER);
    private static final Problem BASE = problem();
    private static final Channel CHANNEL = CardSetting.channel(9, STREAMS);
    private static final Fleet FLEET = new Fleet(
            CardSetting.devices(), CardSetting.server(), CardSetting.BANDWIDTH_HZ, 1e3, CardSetting.BANDWIDTH_HZ);

    @Test
    void everyRoundIsDecidedFromItsOwnChannel() {
        PlannedPolicy policy = policy();
        assertThat(policy.greatestCut(0)).hasValue(31);
        List<Integer> ofSecond = new ArrayList<>();
        for (int round = 1; round <= ROUNDS; round++) {
            List<CardDecision> expected = new CardPlanner(OPTIONS).decisions(BASE.inRound(links(round), false));
            List<DeviceDecision> decided = policy.decide(round);
            assertThat(decided)
                    .extracting(DeviceDecision::cut)
                    .isEqualTo(expected.stream().map(CardDecision::cut).toList());
            RoundResources resources = policy.resources(round, List.of(), links(round));
            assertThat(resources.serverClocksHz())
                    .containsExactly(expected.stream()
                            .mapToDouble(CardDecision::serverClockHz)
                            .toArray());
            assertThat(resources.bandwidthsHz()).containsOnly(CardSetting.BANDWIDTH_HZ);
            ofSecond.add(decided.get(1).cut());
        }
        assertThat(ofSecond).contains(1, 31);
    }

    @Test
    void aSimulatedRoundCostsWhatWasPlanned() {
        PlannedPolicy policy = policy();
        SchemeLoads loads = new SchemeLoads(new Workload(BASE.tuning()), 2048);
        SchemeCosts costs = new SchemeCosts(Scheme.CARD, FLEET, EventOptions.CLOSED_FORM, STREAMS);
        for (int round = 1; round <= 5; round++) {
            List<DeviceLoad> asked = new ArrayList<>();
            double seconds = 0;
            double joules = 0;
            for (Optional<DevicePlan> plan : policy.plans(round)) {
                DevicePlan device = plan.orElseThrow();
                double ratio = device.compression().activationRatio();
                DeviceSetting setting = new DeviceSetting(device.cut(), ratio, ratio);
                asked.add(loads.of(Scheme.CARD, setting, CardSetting.ITERATIONS, round == 1));
                seconds += device.delaySeconds();
                joules += device.energy().total();
            }
            RoundCost cost = costs.round(asked, policy.resources(round, asked, links(round)), 0, round);
            assertThat(cost.virtualSeconds()).isCloseTo(seconds, within(1e-9 * seconds));
            assertThat(cost.energy().total()).isCloseTo(joules, within(1e-9 * joules));
        }
    }

    @Test
    void aDeviceWithoutALinkStaysOutOfTheRound() {
        Channel broken =
                (device, round) -> device == 3 && round == 2 ? new LinkState(0, 0) : CHANNEL.state(device, round);
        PlannedPolicy policy = policy(broken);
        assertThat(policy.decide(2))
                .extracting(DeviceDecision::participates)
                .containsExactly(true, true, true, false, true);
        List<LinkState> links =
                IntStream.range(0, 5).mapToObj(n -> broken.state(n, 2)).toList();
        RoundResources resources = policy.resources(2, List.of(), links);
        assertThat(resources.bandwidthsHz()[3]).isZero();
        assertThat(resources.serverClocksHz()[3]).isEqualTo(CardSetting.MAX_SERVER_CLOCK_HZ);
        assertThat(policy.decide(3)).allMatch(DeviceDecision::participates);
    }

    @Test
    void simulatedRoundsAreDecidedFromTheirLinksAndSendFrozenLayersOnce() {
        Channel broken =
                (device, round) -> device == 3 && round == 1 ? new LinkState(0, 0) : CHANNEL.state(device, round);
        SchemeLoads loads = new SchemeLoads(new Workload(BASE.tuning()), 2048);
        MonteCarlo.Setting setting = new MonteCarlo.Setting(
                FLEET,
                loads,
                Collections.nCopies(5, (double) CardSetting.ITERATIONS),
                realization -> broken,
                EventOptions.CLOSED_FORM,
                ROUNDS,
                1);
        SchemeStatistics all = new MonteCarlo(setting, STREAMS)
                .run(new SimulatedScheme(
                        "card", Scheme.CARD, new SimulatedScheme.Planned(realization -> policy(broken))));
        int[] held = new int[5];
        double down = 0;
        double seconds = 0;
        for (int round = 1; round <= ROUNDS; round++) {
            List<LinkState> links = new ArrayList<>();
            for (int n = 0; n < 5; n++) {
                links.add(broken.state(n, round));
            }
            Problem problem = BASE.inRound(links, false);
            List<PlannedDevice> linked = problem.devices().stream()
                    .filter(device -> !device.link().isOutage())
                    .toList();
            for (CardDecision decision : new CardPlanner(OPTIONS).decisions(problem.withDevices(linked))) {
                int n = decision.id().charAt(decision.id().length() - 1) - '1';
                double frozen =
                        frozenBytes(loads, decision.cut()) - frozenBytes(loads, Math.min(held[n], decision.cut()));
                held[n] = Math.max(held[n], decision.cut());
                down += frozen + loads.workload().deviceAdapterBytes(decision.cut());
                seconds += decision.delaySeconds()
                        + 8 * frozen / (CardSetting.BANDWIDTH_HZ * links.get(n).downlinkBitsPerHz());
            }
        }
        assertThat(held).containsExactly(31, 31, 1, 1, 1);
        assertThat(all.bytes().ed()).isCloseTo(down, within(1e-9 * down));
        assertThat(all.delaySeconds().mean()).isCloseTo(seconds, within(1e-9 * seconds));
        assertThat(all.participants()).isCloseTo(5 - 1.0 / ROUNDS, within(1e-12));
    }

    private static double frozenBytes(SchemeLoads loads, int cut) {
        return cut == 0
                ? 0
                : loads.workload().deviceModelBytes(cut) - loads.workload().deviceAdapterBytes(cut);
    }

    private static PlannedPolicy policy() {
        return policy(CHANNEL);
    }

    private static PlannedPolicy policy(Channel channel) {
        PlannedPolicy.Options options =
                new PlannedPolicy.Options("card", 1, ROUNDS, Coder.ADAPTIVE, true, FloatFormat.FP32);
        return new PlannedPolicy(BASE, channel, options, STREAMS, streams -> new CardPlanner(OPTIONS));
    }

    private static List<LinkState> links(int round) {
        return IntStream.range(0, 5).mapToObj(n -> CHANNEL.state(n, round)).toList();
    }

    private static Problem problem() {
        double phi = CardSetting.COMPRESSION_RATIO;
        List<PlannedDevice> devices = CardSetting.devices().stream()
                .map(device -> new PlannedDevice(
                        device.id(), device, CardSetting.link(9), CardSetting.ITERATIONS, CardSetting.BANDWIDTH_HZ))
                .toList();
        return new Problem(
                CardSetting.tuning(Layers.EQUAL_SLICES, Traffic.HEAVY),
                devices,
                CardSetting.server(),
                CardSetting.BANDWIDTH_HZ,
                1e3,
                IntStream.rangeClosed(1, 31).boxed().toList(),
                new CompressionTable(List.of(new CompressionOption(0.5, 3, phi, phi, 1))),
                0,
                true,
                OptionalDouble.empty());
    }
}
