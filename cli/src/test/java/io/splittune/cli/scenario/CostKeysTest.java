package io.splittune.cli.scenario;

import static io.splittune.cli.scenario.Scenarios.MINIMAL;
import static io.splittune.cli.scenario.Scenarios.read;
import static io.splittune.cli.scenario.Scenarios.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.splittune.wireless.BackwardCost;
import io.splittune.wireless.Formulas;
import io.splittune.wireless.HardwareProfile;
import io.splittune.wireless.HardwareProfiles;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The keys of channels, hardware, costs, planners and virtual time. */
class CostKeysTest {
    private static final String CHANNEL = "network.channel=";

    private static ChannelSection channel(String value) {
        return read(MINIMAL, CHANNEL + value).network().channel();
    }

    @Test
    void everyKindOfChannelHasItsOwnDefaultsAndNoOthers() {
        ChannelSection fixed = channel("{}");
        assertThat(fixed.snrDb()).contains(17.0);
        assertThat(fixed.exponent()).isEmpty();
        assertThat(fixed.repeat()).isEmpty();

        ChannelSection pathLoss = channel("{kind: pathloss}");
        assertThat(pathLoss.snrDb()).isEmpty();
        assertThat(pathLoss.model()).contains(ChannelSection.Model.LOG_DISTANCE);
        assertThat(pathLoss.distanceMetres()).contains(new Span(50, 500));
        assertThat(pathLoss.exponent()).contains(3.76);
        assertThat(pathLoss.shadowing()).contains(true);
        assertThat(pathLoss.fading()).contains(true);
        assertThat(pathLoss.noiseDbmPerHz()).contains(-174.0);
        assertThat(pathLoss.carrierHz()).isEmpty();

        ChannelSection micro = channel("{kind: pathloss, model: umi, lineOfSight: never, distanceMetres: 120}");
        assertThat(micro.carrierHz()).contains(3.5e9);
        assertThat(micro.lineOfSight()).contains(ChannelSection.Sight.NEVER);
        assertThat(micro.exponent()).isEmpty();

        ChannelSection cqi = channel("{kind: cqi, mean: 12}");
        assertThat(cqi.deviation()).contains(2.0);
        assertThat(cqi.snrDb()).isEmpty();
        assertThat(channel("{kind: cqi}").snrDb()).contains(17.0);
        assertThat(channel("{kind: trace, file: a.csv}").file()).contains("/scenarios/a.csv");
    }

    @Test
    void keysOfAnotherKindAreRefusedWithTheirPath() {
        assertThat(refusal(MINIMAL, CHANNEL + "{kind: rayleigh, exponent: 3}"))
                .isEqualTo(
                        "--set: network.channel.exponent: goes with network.channel.kind pathloss, which is rayleigh; "
                                + "remove it");
        assertThat(refusal(MINIMAL, CHANNEL + "{kind: pathloss, snrDb: 3}"))
                .contains(
                        "network.channel.snrDb: goes with network.channel.kind fixed or rayleigh or cqi, which is pathloss");
        assertThat(refusal(MINIMAL, CHANNEL + "{kind: pathloss, model: uma, exponent: 3}"))
                .contains("network.channel.exponent: goes with network.channel.model log-distance, which is uma");
        assertThat(refusal(MINIMAL, CHANNEL + "{kind: cqi, mean: 12, snrDb: 3}"))
                .contains("network.channel.snrDb: does not go together with network.channel.mean");
        assertThat(refusal(MINIMAL, CHANNEL + "{kind: cqi, deviation: 3}"))
                .contains("network.channel.deviation: only goes with network.channel.mean");
        assertThat(refusal(MINIMAL, CHANNEL + "{kind: trace}"))
                .contains("network.channel.file: missing; kind trace needs it");
        assertThat(refusal(MINIMAL, CHANNEL + "{kind: rayleih}")).endsWith("did you mean 'rayleigh'?");
        assertThat(refusal(MINIMAL, CHANNEL + "{kind: pathloss, distnceMetres: 3}"))
                .endsWith("did you mean 'network.channel.distanceMetres'?");
        assertThat(refusal(MINIMAL, CHANNEL + "{kind: pathloss, model: umi, distanceMetres: [5, 100]}"))
                .contains("network.channel.distanceMetres", "TR 38.901 holds from 10 to 5000 metres");
    }

    @Test
    void profilesFillWhatIsLeftOutAndNothingElse() {
        HardwareProfile nano = HardwareProfiles.named("jetson-nano");
        HardwareSection hardware = read(MINIMAL, "devices.hardware={profile: jetson-nano, memoryBytes: 2e9}")
                .devices()
                .hardware();
        assertThat(hardware.cores()).isEqualTo(nano.cores());
        assertThat(hardware.clockHz()).isEqualTo(new Span(nano.clockHz(), nano.clockHz()));
        assertThat(hardware.switchedCapacitance()).isEqualTo(nano.switchedCapacitance());
        assertThat(hardware.memoryBytes()).isEqualTo(2_000_000_000L);

        ServerSection server =
                read(MINIMAL, "server={profile: v100, clockHz: 1e9}").server();
        assertThat(server.cores()).isEqualTo(HardwareProfiles.named("v100").cores());
        assertThat(server.clockHz()).isEqualTo(new Span(1e9, 1e9));
        assertThat(server.maxPowerWatts()).isEqualTo(20);

        DeviceEntry entry = read(MINIMAL, "devices={list: [{profile: raspberry-pi-4b, cores: 2}]}")
                .devices()
                .list()
                .orElseThrow()
                .get(0);
        assertThat(entry.cores()).contains(2);
        assertThat(entry.flopsPerCycle()).contains(8.0);
        assertThat(entry.maxPowerWatts()).isEmpty();
        assertThat(refusal(MINIMAL, "devices.hardware.profile=jetson-nanno")).endsWith("did you mean 'jetson-nano'?");
    }

    @Test
    void allBuiltInHardwareCanBeNamed() {
        assertThat(Words.all(HardwareName.class)).isEqualTo(HardwareProfiles.names());
    }

    @Test
    void deviceEntriesAreCheckedAgainstTheChannelAndTheData() {
        assertThat(refusal(MINIMAL, "devices={list: [{}, {snrDb: 3}]}", CHANNEL + "{kind: pathloss}"))
                .contains("devices.list[1].snrDb: does not go with network.channel");
        assertThat(refusal(MINIMAL, "devices={list: [{distanceMetres: 3}]}"))
                .contains("devices.list[0].distanceMetres: only goes with network.channel.kind pathloss");
        assertThat(refusal(MINIMAL, "devices={list: [{distanceMetres: 3}]}", CHANNEL + "{kind: pathloss, model: uma}"))
                .contains("devices.list[0].distanceMetres", "10 to 5000 metres");
        assertThat(refusal(MINIMAL, "devices={list: [{samples: 3}]}"))
                .contains("devices.list[0].samples: does not go with data.format");
        assertThat(refusal(MINIMAL, "devices={list: [{maxBandwidthHz: 10}]}"))
                .contains("devices.list[0].maxBandwidthHz: is less than network.minBandwidthPerDeviceHz (1000.0)");
        assertThat(refusal(MINIMAL, "network.minBandwidthPerDeviceHz=40e6"))
                .contains("network.minBandwidthPerDeviceHz: read 4.0E7, which is more than");
        DeviceEntry entry = read(MINIMAL, "devices={list: [{serverSnrDb: 9, maxBandwidthHz: 2e6}]}")
                .devices()
                .list()
                .orElseThrow()
                .get(0);
        assertThat(entry.serverSnrDb()).contains(9.0);
        assertThat(entry.maxBandwidthHz()).contains(2e6);
    }

    @Test
    void costsPlannerAndSimulationAreRead() {
        Scenario scenario = read(
                MINIMAL,
                "costs={formulas: printed, backward: frozen-weights, valueBytes: 2}",
                "planner={replanRounds: 3, calibration: c.json, maxDelaySeconds: 60, cuts: [2, 3], keep: [0.1], levels: [1, 7]}",
                "simulation={overlap: true, jitter: 0.5, dropoutProbability: 0.1, deadlineSeconds: 9, realizations: 2}");
        assertThat(scenario.costs()).isEqualTo(new CostsSection(Formulas.PRINTED, BackwardCost.FROZEN_WEIGHTS, 2));
        assertThat(scenario.planner().replanRounds()).isEqualTo(3);
        assertThat(scenario.planner().calibration()).contains("/scenarios/c.json");
        assertThat(scenario.planner().cuts()).contains(List.of(2, 3));
        assertThat(scenario.planner().levels()).contains(List.of(1, 7));
        assertThat(scenario.simulation().overlap()).isTrue();
        assertThat(scenario.simulation().stragglerSlowdown()).isEqualTo(5);
        assertThat(refusal(MINIMAL, "simulation.dropoutProbability=0.1")).contains("needs simulation.deadlineSeconds");
        assertThat(refusal(MINIMAL, "planner.keep=[0.1, 0.1]")).contains("planner.keep[1]", "each value once");
        assertThat(refusal(MINIMAL, "costs.formulas=paper")).contains("one of ours, printed");
    }

    @Test
    void whatIsReadIsWrittenAndReadAgain() {
        for (String override : List.of(
                CHANNEL + "{kind: pathloss}",
                CHANNEL + "{kind: pathloss, model: uma, distanceMetres: [20, 90], fading: false}",
                CHANNEL + "{kind: cqi, mean: 9, serverMean: 12}",
                CHANNEL + "{kind: cqi, snrDb: 4}",
                CHANNEL + "{kind: trace, file: t.csv, repeat: true}",
                "devices.hardware.profile=t4",
                "devices={list: [{profile: t4, snrDb: 3}, {maxBandwidthHz: 1e6}]}",
                "server.profile=v100",
                "planner.cuts=[1, 2]",
                "simulation={dropoutProbability: 0.5, deadlineSeconds: 3}")) {
            Scenario scenario = read(MINIMAL, override);
            String written = ScenarioWriter.toYaml(scenario);
            assertThat(read(written)).as(written).isEqualTo(scenario);
        }
    }
}
