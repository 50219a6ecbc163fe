package io.splittune.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.splittune.testkit.Property;
import io.splittune.wireless.LinkState;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReallocationTest {
    private final Planner planner = new TwoTimescalePlanner();

    @Test
    void theSameLinksGiveTheSameDivision() {
        Plan plan = (Plan) planner.plan(Problems.paper());
        Plan again = (Plan) planner.reallocate(Problems.paper(), plan);
        assertThat(again.devices()).isEqualTo(plan.devices());
        assertThat(again.delaySeconds()).isEqualTo(plan.delaySeconds());
    }

    @Test
    void aRoundsOwnDivisionIsOptimalForItsLinks() {
        Property.forAll(100, random -> {
            Problem problem = Problems.random(random, 8, 4, 4);
            Plan plan = (Plan) planner.plan(problem);
            List<LinkState> links = problem.devices().stream()
                    .map(device -> LinkState.ofSnrDb(20 * random.nextDouble(), 20 * random.nextDouble()))
                    .toList();
            Problem next = problem.inRound(links, false);
            Plan moved = (Plan) planner.reallocate(next, plan);
            Plan exact = (Plan) new ExactPlanner().reallocate(next, plan);
            assertThat(moved.delaySeconds()).isCloseTo(exact.delaySeconds(), within(1e-6 * exact.delaySeconds()));
            assertThat(moved.relativeGap()).isLessThan(1e-6);
            assertThat(exact.relativeGap()).isLessThan(1e-9);
        });
    }

    @Test
    void aWorseLinkTakesABiggerShare() {
        Problem problem = Problems.paper();
        Plan plan = (Plan) planner.plan(problem);
        List<LinkState> links = problem.devices().stream()
                .map(device -> device.id().equals("d2") ? LinkState.ofSnrDb(3, 3) : device.link())
                .toList();
        Plan moved = (Plan) planner.reallocate(problem.inRound(links, false), plan);
        assertThat(moved.devices().get(2).bandwidthHz())
                .isGreaterThan(2 * plan.devices().get(2).bandwidthHz());
        assertThat(moved.delaySeconds()).isGreaterThan(plan.delaySeconds());
    }

    @Test
    void devicesThatDropOutLeaveTheirShareToTheOthers() {
        Problem problem = Problems.paper();
        Plan plan = (Plan) planner.plan(problem);
        Problem fewer = problem.withDevices(problem.devices().subList(1, 5));
        Plan moved = (Plan) planner.reallocate(fewer, plan);
        assertThat(moved.devices()).map(DevicePlan::id).containsExactly("d1", "d2", "d3", "d4");
        assertThat(moved.delaySeconds()).isLessThan(plan.delaySeconds());
    }

    @Test
    void anOutageInARoundIsAnAnswer() {
        Problem problem = Problems.paper();
        Plan plan = (Plan) planner.plan(problem);
        List<LinkState> links = problem.devices().stream()
                .map(device -> device.id().equals("d7") ? new LinkState(0, 0) : device.link())
                .toList();
        Infeasible answer = (Infeasible) planner.reallocate(problem.inRound(links, false), plan);
        assertThat(answer.constraint()).isEqualTo(Constraint.LINK);
        assertThat(answer.reason()).startsWith("link: 1 of 8 devices are in outage, first d7");
    }

    @Test
    void aDeviceWithoutAFormerPlanIsRefused() {
        Plan plan = (Plan) planner.plan(Problems.paper());
        Problem other = Problems.of(List.of(Problems.device("new", 1e9, 17, Problems.ROOMY)), Problems.table());
        assertThatThrownBy(() -> planner.reallocate(other, plan))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Device new has no place in the former plan.");
    }
}
