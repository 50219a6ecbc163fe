package io.splittune.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.splittune.core.RandomStreams;
import io.splittune.wireless.LinkState;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InfeasibleTest {
    static Stream<Planner> planners() {
        return Planners.names().stream().map(name -> Planners.named(name, new RandomStreams(1)));
    }

    @ParameterizedTest
    @MethodSource("planners")
    void anAccuracyFloorAboveTheTableIsNamed(Planner planner) {
        Infeasible answer = (Infeasible) planner.plan(Problems.withFloor(Problems.paper(), 1.25));
        assertThat(answer)
                .isEqualTo(new Infeasible(
                        planner.name(),
                        Constraint.ACCURACY,
                        1.25,
                        1,
                        "accuracy: the floor 1.25 is 0.25 above the best of the " + "table, 1 (keep 1, levels 0)"));
        assertThat(answer.missing()).isEqualTo(0.25);
    }

    @ParameterizedTest
    @MethodSource("planners")
    void aDeviceThatIsTooSmallIsNamed(Planner planner) {
        Problem problem = Problems.of(
                List.of(Problems.device("big", 1e9, 17, 8L << 30), Problems.device("small", 1e9, 17, 1L << 30)),
                Problems.table());
        Infeasible answer = (Infeasible) planner.plan(problem);
        assertThat(answer.constraint()).isEqualTo(Constraint.MEMORY);
        assertThat(answer.available()).isEqualTo(1L << 30);
        assertThat(answer.missing()).isCloseTo(answer.required() - (1L << 30), within(1e-6));
        assertThat(answer.reason())
                .matches("memory: device small has 1024.00 MiB, and no allowed cut fits; cut 1 needs the least, "
                        + "1041\\.\\d\\d MiB, 17\\.\\d\\d MiB more");
    }

    @ParameterizedTest
    @MethodSource("planners")
    void anOutageIsNamed(Planner planner) {
        List<PlannedDevice> devices = new ArrayList<>(Problems.paper().devices());
        devices.set(3, devices.get(3).with(new LinkState(0, 5)));
        devices.set(5, devices.get(5).with(new LinkState(2, 0)));
        Infeasible answer = (Infeasible) planner.plan(Problems.of(devices, Problems.table()));
        assertThat(answer)
                .isEqualTo(new Infeasible(
                        planner.name(),
                        Constraint.LINK,
                        8,
                        6,
                        "link: 2 of 8 devices are in outage, first d3 " + "(uplink 0 bit/s/Hz, downlink 5 bit/s/Hz)"));
    }

    @ParameterizedTest
    @MethodSource("planners")
    void leastSharesAboveTheBandAreNamed(Planner planner) {
        Infeasible answer = (Infeasible) planner.plan(Problems.withLeastShare(Problems.paper(), 5e6));
        assertThat(answer)
                .isEqualTo(new Infeasible(
                        planner.name(),
                        Constraint.BANDWIDTH,
                        40e6,
                        30e6,
                        "bandwidth: 8 devices with at least 5000000 Hz each need 40000000 Hz, "
                                + "10000000 Hz more than the band's 30000000 Hz"));
    }

    @ParameterizedTest
    @MethodSource("planners")
    void aCapBelowTheLeastShareIsNamed(Planner planner) {
        PlannedDevice device = Problems.device("d0", 1e9, 17, Problems.ROOMY);
        PlannedDevice narrow = new PlannedDevice("narrow", device.hardware(), device.link(), device.iterations(), 4000);
        Infeasible answer = (Infeasible) planner.plan(Problems.of(List.of(device, narrow), Problems.table()));
        assertThat(answer)
                .isEqualTo(new Infeasible(
                        planner.name(),
                        Constraint.BANDWIDTH,
                        10_000,
                        4000,
                        "bandwidth: device narrow may use 4000 Hz at most, 6000 Hz less than "
                                + "the least share of 10000 Hz"));
    }

    @ParameterizedTest
    @MethodSource("planners")
    void aDeadlineThatIsMissedIsNamed(Planner planner) {
        Planner twin = Planners.named(planner.name(), new RandomStreams(1));
        double seconds = ((Plan) twin.plan(Problems.paper())).delaySeconds();
        Infeasible answer = (Infeasible) planner.plan(Problems.withDeadline(Problems.paper(), 1));
        assertThat(answer.constraint()).isEqualTo(Constraint.DELAY);
        assertThat(answer.required()).isEqualTo(seconds);
        assertThat(answer.available()).isEqualTo(1);
        assertThat(answer.reason())
                .startsWith("delay: the round that planner " + planner.name() + " finds takes ")
                .endsWith(" s more than the deadline of 1 s");
    }
}
