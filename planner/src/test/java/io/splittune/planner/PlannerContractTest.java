package io.splittune.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.splittune.core.RandomStreams;
import io.splittune.core.UserException;
import io.splittune.testkit.Property;
import io.splittune.wireless.EnergyModel;
import io.splittune.wireless.LinkState;
import io.splittune.wireless.MemoryModel;
import io.splittune.wireless.RoundDelay;
import io.splittune.wireless.Workload;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every planner keeps. */
class PlannerContractTest {
    static Stream<Planner> planners() {
        return Planners.names().stream().map(name -> Planners.named(name, new RandomStreams(1)));
    }

    @ParameterizedTest
    @MethodSource("planners")
    void plansKeepEveryLimit(Planner planner) {
        Property.forAll(100, random -> {
            Problem problem = Problems.random(random, 8, 8, 8);
            checkLimits(problem, (Plan) planner.plan(problem));
        });
    }

    @ParameterizedTest
    @MethodSource("planners")
    void reallocationsKeepEveryLimit(Planner planner) {
        Property.forAll(50, random -> {
            Problem problem = Problems.random(random, 8, 4, 4);
            Plan plan = (Plan) planner.plan(problem);
            List<LinkState> links = problem.devices().stream()
                    .map(device -> LinkState.ofSnrDb(20 * random.nextDouble(), 20 * random.nextDouble()))
                    .toList();
            Problem next = problem.inRound(links, false);
            Plan moved = (Plan) planner.reallocate(next, plan);
            checkLimits(next, moved);
            checkCosts(next, moved);
            assertThat(moved.devices())
                    .map(DevicePlan::cut)
                    .isEqualTo(plan.devices().stream().map(DevicePlan::cut).toList());
            assertThat(moved.devices())
                    .map(DevicePlan::compression)
                    .isEqualTo(
                            plan.devices().stream().map(DevicePlan::compression).toList());
        });
    }

    @ParameterizedTest
    @MethodSource("planners")
    void predictionsAreThoseOfTheCostModels(Planner planner) {
        Property.forAll(100, random -> {
            Problem problem = Problems.random(random, 8, 8, 8);
            checkCosts(problem, (Plan) planner.plan(problem));
        });
    }

    @ParameterizedTest
    @MethodSource("planners")
    void theLowerBoundHoldsForEveryPlanner(Planner planner) {
        Property.forAll(100, random -> {
            Problem problem = Problems.random(random, 8, 8, 8);
            Plan plan = (Plan) planner.plan(problem);
            Plan best = (Plan) new HeterogeneousPlanner().plan(problem);
            assertThat(plan.lowerBoundSeconds()).isPositive().isLessThanOrEqualTo(best.delaySeconds() * (1 + 1e-12));
            assertThat(plan.lowerBoundSeconds()).isCloseTo(best.delaySeconds(), within(1e-9 * best.delaySeconds()));
            assertThat(plan.relativeGap())
                    .isCloseTo(
                            plan.delaySeconds() / best.delaySeconds() - 1,
                            within(1e-9 * plan.delaySeconds() / best.delaySeconds()));
        });
    }

    @ParameterizedTest
    @MethodSource("planners")
    void theSameSeedGivesTheSamePlan(Planner planner) {
        Planner twin = Planners.named(planner.name(), new RandomStreams(1));
        assertThat(planner.plan(Problems.paper())).isEqualTo(twin.plan(Problems.paper()));
    }

    @ParameterizedTest
    @MethodSource("planners")
    void aDeadlineThatIsMetChangesNothing(Planner planner) {
        Planner twin = Planners.named(planner.name(), new RandomStreams(1));
        Plan plan = (Plan) planner.plan(Problems.paper());
        assertThat(twin.plan(Problems.withDeadline(Problems.paper(), plan.delaySeconds())))
                .isEqualTo(plan);
    }

    @Test
    void anUnknownPlannerIsTheUsersMistake() {
        assertThatThrownBy(() -> Planners.named("best", new RandomStreams(1)))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        "planner 'best' is unknown; known are [two-timescale, exact, heterogeneous, equal, random].");
    }

    private static void checkLimits(Problem problem, Plan plan) {
        MemoryModel memory = new MemoryModel(problem.tuning());
        double sum = 0;
        double caps = 0;
        assertThat(plan.devices())
                .map(DevicePlan::id)
                .isEqualTo(problem.devices().stream().map(PlannedDevice::id).toList());
        for (int n = 0; n < plan.devices().size(); n++) {
            DevicePlan device = plan.devices().get(n);
            PlannedDevice planned = problem.devices().get(n);
            double cap = Math.min(planned.maxBandwidthHz(), problem.totalBandwidthHz());
            assertThat(device.bandwidthHz()).isBetween(problem.minBandwidthPerDeviceHz() * (1 - 1e-12), cap);
            assertThat(problem.cuts()).contains(device.cut());
            assertThat(memory.requiredBytes(device.cut()))
                    .isLessThanOrEqualTo((double) planned.hardware().memoryBytes());
            assertThat(problem.compressions().options()).contains(device.compression());
            assertThat(device.compression().accuracy()).isGreaterThanOrEqualTo(problem.accuracyFloor());
            sum += device.bandwidthHz();
            caps += cap;
        }
        double usable = Math.min(caps, problem.totalBandwidthHz());
        assertThat(sum).isCloseTo(usable, within(1e-9 * usable));
    }

    private static void checkCosts(Problem problem, Plan plan) {
        RoundDelay delay = new RoundDelay(new Workload(problem.tuning()), problem.server(), problem.totalBandwidthHz());
        EnergyModel energy = new EnergyModel(problem.server(), problem.totalBandwidthHz());
        MemoryModel memory = new MemoryModel(problem.tuning());
        double slowest = 0;
        double joules = 0;
        for (int n = 0; n < plan.devices().size(); n++) {
            DevicePlan device = plan.devices().get(n);
            PlannedDevice planned = problem.devices().get(n);
            assertThat(device.phases())
                    .isEqualTo(delay.phases(planned.site(), device.decision(), problem.firstRound()));
            assertThat(device.delaySeconds()).isEqualTo(device.phases().total());
            assertThat(device.memoryBytes()).isEqualTo(memory.requiredBytes(device.cut()));
            assertThat(device.energy()).isEqualTo(energy.of(planned.hardware(), device.bandwidthHz(), device.phases()));
            assertThat(device.powerWatts()).isEqualTo(planned.hardware().txPowerWatts());
            assertThat(device.serverClockHz()).isEqualTo(problem.server().clockHz());
            slowest = Math.max(slowest, device.delaySeconds());
            joules += device.energy().total();
        }
        assertThat(plan.delaySeconds()).isEqualTo(slowest);
        assertThat(plan.energyJoules()).isEqualTo(joules);
    }
}
