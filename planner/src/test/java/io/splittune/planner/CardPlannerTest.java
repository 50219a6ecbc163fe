package io.splittune.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.splittune.core.UserException;
import io.splittune.planner.CardOptions.Extremes;
import io.splittune.testkit.Property;
import io.splittune.wireless.CardSetting;
import io.splittune.wireless.CardSetting.Layers;
import io.splittune.wireless.CardSetting.Traffic;
import io.splittune.wireless.Device;
import io.splittune.wireless.DeviceSite;
import io.splittune.wireless.EdgeServer;
import io.splittune.wireless.EnergyModel;
import io.splittune.wireless.LinkState;
import io.splittune.wireless.MemoryModel;
import io.splittune.wireless.RoundDelay;
import io.splittune.wireless.SplitDecision;
import io.splittune.wireless.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class CardPlannerTest {
    @Test
    void theClosedFormClockIsTheNumericMinimumOfTheCost() {
        Property.forAll(1000, random -> {
            Problem problem = CardProblems.random(random, 1, 31);
            CardOptions options = CardProblems.options(random, problem);
            CardDecision decision = new CardPlanner(options).decisions(problem).get(0);
            double greatest = problem.server().clockHz();
            DoubleUnaryOperator cost = clockHz -> cost(problem, options, decision, decision.cut(), clockHz);
            double numeric = goldenSection(cost, options.minServerClockHz(), greatest);
            // A minimum is as flat as a square: its place is known to the root of the cost's rounding.
            assertThat(decision.serverClockHz()).isCloseTo(numeric, within(1e-6 * greatest));
            assertThat(decision.cost()).isLessThanOrEqualTo(cost.applyAsDouble(numeric) + 1e-12);
            assertThat(decision.cost())
                    .isCloseTo(
                            cost.applyAsDouble(decision.serverClockHz()),
                            within(1e-9 + 1e-9 * Math.abs(decision.cost())));
        });
    }

    @Test
    void noCutAndClockOfAGridIsBetter() {
        Property.forAll(150, random -> {
            Problem problem = CardProblems.random(random, 2, 31);
            CardOptions options = CardProblems.options(random, problem);
            for (CardDecision decision : new CardPlanner(options).decisions(problem)) {
                Problem alone = problem.withDevices(problem.devices().stream()
                        .filter(device -> device.id().equals(decision.id()))
                        .toList());
                double best = Double.POSITIVE_INFINITY;
                for (int cut : problem.cuts()) {
                    for (int step = 0; step <= 100; step++) {
                        double clockHz = options.minServerClockHz()
                                + step / 100.0 * (problem.server().clockHz() - options.minServerClockHz());
                        best = Math.min(best, cost(alone, options, decision, cut, clockHz));
                    }
                }
                assertThat(decision.cost()).isLessThanOrEqualTo(best + 1e-9 * Math.max(1, Math.abs(best)));
            }
        });
    }

    @Test
    void extremesAreTheCornersOrTheTrueOnes() {
        Property.forAll(200, random -> {
            Problem problem = CardProblems.random(random, 1, 8);
            CardOptions options = CardProblems.options(random, problem);
            CardExtremes extremes =
                    new CardPlanner(options).decisions(problem).get(0).extremes();
            double low = options.minServerClockHz();
            double high = problem.server().clockHz();
            int first = problem.cuts().stream().min(Integer::compare).orElseThrow();
            int last = problem.cuts().stream().max(Integer::compare).orElseThrow();
            double corner = delay(problem, last, low);
            boolean box = options.extremes() == Extremes.BOX || corner <= delay(problem, first, high);
            List<Double> delays = new ArrayList<>();
            for (int cut : problem.cuts()) {
                delays.add(delay(problem, cut, low));
                delays.add(delay(problem, cut, high));
            }
            double min = box ? delays.stream().min(Double::compare).orElseThrow() : delay(problem, first, high);
            double max = box ? delays.stream().max(Double::compare).orElseThrow() : corner;
            assertThat(extremes.minDelaySeconds()).isCloseTo(min, within(1e-9 * min));
            assertThat(extremes.maxDelaySeconds()).isCloseTo(max, within(1e-9 * max));
            assertThat(extremes.minServerJoules()).isCloseTo(joules(problem, last, low), within(1e-9 * high));
            assertThat(extremes.maxServerJoules())
                    .isCloseTo(joules(problem, first, high), within(1e-9 * joules(problem, first, high)));
        });
    }

    @Test
    void linearCostsAreLeastAtOneOfTheTwoEnds() {
        for (Layers layers : Layers.values()) {
            int last = CardSetting.tuning(layers, Traffic.LIGHT).model().layers() - 1;
            for (int cqi = 1; cqi <= 15; cqi++) {
                for (double weight : new double[] {0.05, 0.1, 0.2, 0.4, 0.8}) {
                    Problem problem = CardProblems.paper(layers, cqi);
                    assertThat(new CardPlanner(CardProblems.PAPER.withWeight(weight)).decisions(problem))
                            .extracting(CardDecision::cut)
                            .isSubsetOf(1, last);
                }
            }
        }
    }

    @Test
    void thePapersFleetSplitsByItsSpeed() {
        List<CardDecision> decisions =
                new CardPlanner(CardProblems.PAPER).decisions(CardProblems.paper(Layers.EQUAL_SLICES, 15));
        assertThat(decisions).extracting(CardDecision::cut).containsExactly(31, 31, 1, 1, 1);
        assertThat(decisions)
                .extracting(CardDecision::serverClockHz)
                .isSortedAccordingTo((a, b) -> Double.compare(b, a));
        CardOptions free = new CardOptions(CardSetting.WEIGHT, 1e7, Extremes.CORNER);
        double[] gigahertz = new CardPlanner(free)
                .decisions(CardProblems.paper(Layers.EQUAL_SLICES, 15)).stream()
                        .mapToDouble(decision -> decision.serverClockHz() / 1e9)
                        .toArray();
        assertThat(gigahertz[0]).isLessThan(1.01);
        assertThat(gigahertz[4]).isLessThan(0.41);
    }

    @Test
    void theCoefficientOfPowerCancels() {
        Problem problem = CardProblems.paper(Layers.EQUAL_SLICES, 9);
        EdgeServer server = problem.server();
        Problem free = CardProblems.of(
                problem.tuning(),
                problem.devices(),
                new EdgeServer(server.cores(), server.flopsPerCycle(), server.clockHz(), 0, 1));
        List<CardDecision> paid = new CardPlanner(CardProblems.PAPER).decisions(problem);
        List<CardDecision> unpaid = new CardPlanner(CardProblems.PAPER).decisions(free);
        for (int n = 0; n < paid.size(); n++) {
            assertThat(unpaid.get(n).cut()).isEqualTo(paid.get(n).cut());
            assertThat(unpaid.get(n).serverClockHz()).isEqualTo(paid.get(n).serverClockHz());
            assertThat(unpaid.get(n).serverJoules()).isZero();
        }
    }

    @Test
    void theWeightsEndsAreTheClocksEnds() {
        Problem problem = CardProblems.paper(Layers.EQUAL_SLICES, 9);
        assertThat(new CardPlanner(CardProblems.PAPER.withWeight(0)).decisions(problem))
                .allMatch(decision ->
                        decision.serverClockHz() == CardSetting.MIN_SERVER_CLOCK_HZ && decision.cut() == 31);
        assertThat(new CardPlanner(CardProblems.PAPER.withWeight(1)).decisions(problem))
                .allMatch(
                        decision -> decision.serverClockHz() == CardSetting.MAX_SERVER_CLOCK_HZ && decision.cut() == 1);
    }

    @Test
    void predictionsAreThoseOfTheCostModelsAndDevicesTakeTurns() {
        Property.forAll(100, random -> {
            Problem problem = CardProblems.random(random, 6, 31);
            CardOptions options = CardProblems.options(random, problem);
            Plan plan = (Plan) new CardPlanner(options).plan(problem);
            List<CardDecision> decisions = new CardPlanner(options).decisions(problem);
            double sum = 0;
            for (int n = 0; n < decisions.size(); n++) {
                DevicePlan device = plan.devices().get(n);
                CardDecision decision = decisions.get(n);
                assertThat(device.cut()).isEqualTo(decision.cut());
                assertThat(device.serverClockHz()).isEqualTo(decision.serverClockHz());
                assertThat(device.delaySeconds())
                        .isCloseTo(decision.delaySeconds(), within(1e-9 * decision.delaySeconds()));
                assertThat(device.energy().serverComputeJoules())
                        .isCloseTo(decision.serverJoules(), within(1e-9 * decision.serverJoules()));
                assertThat(device.bandwidthHz()).isEqualTo(problem.totalBandwidthHz());
                sum += device.delaySeconds();
            }
            assertThat(plan.delaySeconds()).isCloseTo(sum, within(1e-9 * sum));
            assertThat(plan.lowerBoundSeconds()).isLessThanOrEqualTo(plan.delaySeconds() * (1 + 1e-12));
            Plan fastest = (Plan) new CardPlanner(options.withWeight(1)).plan(problem);
            assertThat(plan.lowerBoundSeconds())
                    .isCloseTo(fastest.delaySeconds(), within(1e-9 * fastest.delaySeconds()));
        });
    }

    @Test
    void aFirstRoundIsDecidedAsAnyAndPredictedWithTheFrozenHalves() {
        Problem later = CardProblems.paper(Layers.EQUAL_SLICES, 12);
        List<LinkState> links =
                later.devices().stream().map(PlannedDevice::link).toList();
        Plan first = (Plan) new CardPlanner(CardProblems.PAPER).plan(later.inRound(links, true));
        Plan second = (Plan) new CardPlanner(CardProblems.PAPER).plan(later);
        assertThat(first.devices()).extracting(DevicePlan::cut).isEqualTo(cuts(second));
        assertThat(first.delaySeconds()).isGreaterThan(second.delaySeconds() + 100);
    }

    @Test
    void benchmarksKeepOneEndAndTakeCardsClockOrTheGreatest() {
        Problem problem = CardProblems.paper(Layers.EQUAL_SLICES, 9);
        List<CardDecision> card = new CardPlanner(CardProblems.PAPER).decisions(problem);
        for (CardBaseline.Cut cut : CardBaseline.Cut.values()) {
            CardBaseline asCard = new CardBaseline(cut, CardBaseline.Clock.AS_CARD, CardProblems.PAPER);
            List<CardDecision> decisions = asCard.decisions(problem);
            assertThat(decisions)
                    .extracting(CardDecision::cut)
                    .containsOnly(cut == CardBaseline.Cut.SERVER_ONLY ? 1 : 31);
            assertThat(decisions)
                    .extracting(CardDecision::serverClockHz)
                    .isEqualTo(card.stream().map(CardDecision::serverClockHz).toList());
            Plan plan = (Plan) new CardBaseline(cut, CardBaseline.Clock.GREATEST, CardProblems.PAPER).plan(problem);
            assertThat(plan.devices()).allMatch(device -> device.serverClockHz() == CardSetting.MAX_SERVER_CLOCK_HZ);
            assertThat(((Plan) asCard.reallocate(problem, plan)).devices())
                    .extracting(DevicePlan::serverClockHz)
                    .isEqualTo(card.stream().map(CardDecision::serverClockHz).toList());
        }
        assertThat(new CardBaseline(CardBaseline.Cut.DEVICE_ONLY, CardBaseline.Clock.AS_CARD, CardProblems.PAPER)
                        .name())
                .isEqualTo("device-only");
    }

    @Test
    void aReallocationKeepsCutsAndTakesTheClockOfTheRound() {
        Problem good = CardProblems.paper(Layers.EQUAL_SLICES, 15);
        Problem poor = CardProblems.paper(Layers.EQUAL_SLICES, 1);
        CardPlanner planner = new CardPlanner(CardProblems.PAPER);
        Plan former = (Plan) planner.plan(good);
        Plan moved = (Plan) planner.reallocate(poor, former);
        assertThat(cuts(moved)).isEqualTo(cuts(former));
        assertThat(moved.devices())
                .extracting(DevicePlan::serverClockHz)
                .isEqualTo(planner.decisions(poor).stream()
                        .map(CardDecision::serverClockHz)
                        .toList());
        assertThat(((Plan) planner.reallocate(good, former)).devices()).isEqualTo(former.devices());
    }

    @Test
    void aCutThatDoesNotFitIsNotAllowedAndNoneLeftIsInfeasible() {
        Problem roomy = CardProblems.paper(Layers.EQUAL_SLICES, 15);
        double needed = new MemoryModel(roomy.tuning()).requiredBytes(10);
        Problem narrow = withMemory(roomy, (long) needed + 1);
        assertThat(new CardPlanner(CardProblems.PAPER).decisions(narrow))
                .extracting(CardDecision::cut)
                .containsExactly(10, 10, 1, 1, 1);
        PlanResult none = new CardPlanner(CardProblems.PAPER).plan(withMemory(roomy, 1L << 20));
        assertThat(((Infeasible) none).constraint()).isEqualTo(Constraint.MEMORY);
        assertThatThrownBy(() -> new CardPlanner(CardProblems.PAPER).decisions(withMemory(roomy, 1L << 20)))
                .hasMessageStartingWith("planner card: memory: device device-1 has 1.00 MiB")
                .hasMessageNotContaining("\n");
    }

    @Test
    void badInputIsAnsweredInOneLine() {
        Problem problem = CardProblems.paper(Layers.EQUAL_SLICES, 9);
        assertThatThrownBy(() -> new CardPlanner(new CardOptions(0.2, 3e9, Extremes.BOX)).plan(problem))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        "planner card: the server's least clock (3.000e+09 Hz) is above its greatest (2.460e+09 Hz); "
                                + "lower the one or raise the other.");
        assertThatThrownBy(() -> new CardOptions(1.2, 1e9, Extremes.BOX))
                .hasMessage("weight (1.2) must lie in [0.0, 1.0].");
        assertThatThrownBy(() -> new CardOptions(Double.NaN, 1e9, Extremes.BOX))
                .hasMessage("weight (NaN) must lie in [0.0, 1.0].");
        assertThatThrownBy(() -> new CardOptions(0.2, 0, Extremes.BOX))
                .hasMessage("minServerClockHz (0.0) must be finite and > 0.");
        Infeasible dead = (Infeasible) new CardPlanner(CardProblems.PAPER).plan(CardProblems.paper(Layers.REAL, 0));
        assertThat(dead.constraint()).isEqualTo(Constraint.LINK);
        assertThat(dead.reason())
                .startsWith("link: 5 of 5 devices are in outage")
                .doesNotContain("\n");
    }

    @Test
    void aRoundLongerThanTheDeadlineIsRefused() {
        Problem problem = CardProblems.paper(Layers.EQUAL_SLICES, 9);
        Plan plan = (Plan) new CardPlanner(CardProblems.PAPER).plan(problem);
        Infeasible late = (Infeasible)
                new CardPlanner(CardProblems.PAPER).plan(Problems.withDeadline(problem, 0.9 * plan.delaySeconds()));
        assertThat(late.constraint()).isEqualTo(Constraint.DELAY);
        assertThat(late.reason()).startsWith("delay: the round that planner card finds takes ");
    }

    @Test
    void theMostSavingCompressionThatReachesTheFloorIsTaken() {
        Problem problem = CardProblems.paper(Layers.EQUAL_SLICES, 9);
        CompressionOption fine = new CompressionOption(0.5, 15, 0.2, 0.2, 0.99);
        CompressionOption coarse = new CompressionOption(0.1, 3, 0.02, 0.02, 0.9);
        Problem several = new Problem(
                problem.tuning(),
                problem.devices(),
                problem.server(),
                problem.totalBandwidthHz(),
                1e4,
                problem.cuts(),
                new CompressionTable(List.of(CompressionOption.uncompressed(), fine, coarse)),
                0.98,
                false,
                OptionalDouble.empty());
        Plan plan = (Plan) new CardPlanner(CardProblems.PAPER).plan(several);
        assertThat(plan.devices()).extracting(DevicePlan::compression).containsOnly(fine);
    }

    private static List<Integer> cuts(Plan plan) {
        return plan.devices().stream().map(DevicePlan::cut).toList();
    }

    private static Problem withMemory(Problem problem, long bytes) {
        return problem.withDevices(problem.devices().stream()
                .map(planned -> {
                    Device hardware = planned.hardware();
                    Device small = new Device(
                            hardware.id(),
                            hardware.cores(),
                            hardware.flopsPerCycle(),
                            hardware.clockHz(),
                            bytes,
                            hardware.txPowerWatts(),
                            hardware.switchedCapacitance());
                    return new PlannedDevice(
                            planned.id(), small, planned.link(), planned.iterations(), planned.maxBandwidthHz());
                })
                .toList());
    }

    /** U of a problem's first device by the cost models themselves, normalised as the decision was. */
    private static double cost(Problem problem, CardOptions options, CardDecision decision, int cut, double clockHz) {
        CardExtremes extremes = decision.extremes();
        double delaySpan = extremes.maxDelaySeconds() - extremes.minDelaySeconds();
        double jouleSpan = extremes.maxServerJoules() - extremes.minServerJoules();
        return options.weight() * (delay(problem, cut, clockHz) - extremes.minDelaySeconds()) / delaySpan
                + (1 - options.weight()) * (joules(problem, cut, clockHz) - extremes.minServerJoules()) / jouleSpan;
    }

    private static double delay(Problem problem, int cut, double clockHz) {
        return roundDelay(problem, clockHz)
                .phases(site(problem), decision(problem, cut), false)
                .total();
    }

    private static double joules(Problem problem, int cut, double clockHz) {
        RoundDelay delay = roundDelay(problem, clockHz);
        return new EnergyModel(delay.server(), problem.totalBandwidthHz())
                .of(
                        problem.devices().get(0).hardware(),
                        problem.totalBandwidthHz(),
                        delay.phases(site(problem), decision(problem, cut), false))
                .serverComputeJoules();
    }

    private static RoundDelay roundDelay(Problem problem, double clockHz) {
        EdgeServer own = problem.server();
        EdgeServer server = new EdgeServer(
                own.cores(), own.flopsPerCycle(), clockHz, own.switchedCapacitance(), own.txPowerWatts());
        return new RoundDelay(new Workload(problem.tuning()), server, problem.totalBandwidthHz());
    }

    private static DeviceSite site(Problem problem) {
        return problem.devices().get(0).site();
    }

    private static SplitDecision decision(Problem problem, int cut) {
        double ratio = problem.compressions().options().get(0).activationRatio();
        return new SplitDecision(cut, ratio, ratio, problem.totalBandwidthHz());
    }

    private static double goldenSection(DoubleUnaryOperator function, double low, double high) {
        double golden = (Math.sqrt(5) - 1) / 2;
        double a = low;
        double b = high;
        while (b - a > 1e-10 * high) {
            double left = b - golden * (b - a);
            double right = a + golden * (b - a);
            if (function.applyAsDouble(left) < function.applyAsDouble(right)) {
                b = right;
            } else {
                a = left;
            }
        }
        return (a + b) / 2;
    }
}
