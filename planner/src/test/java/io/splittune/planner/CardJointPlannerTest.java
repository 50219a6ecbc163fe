package io.splittune.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.splittune.core.UserException;
import io.splittune.planner.CardOptions.Extremes;
import io.splittune.testkit.Property;
import io.splittune.wireless.CardSetting.Layers;
import io.splittune.wireless.RoundDelay;
import io.splittune.wireless.SplitDecision;
import io.splittune.wireless.Workload;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CardJointPlannerTest {
    /** The search's own tolerance, and the grid's. */
    private static final double NEAR = 1e-3 + 1e-6;

    @Test
    void theDecisionIsWithinItsGapOfBruteForceOverCutsAndClocks() {
        Property.forAll(40, random -> {
            Problem problem = CardProblems.random(random, 3, 3);
            CardOptions options = CardProblems.options(random, problem);
            JointDecision decision = new CardJointPlanner(options).decision(problem);
            double best = leastCost(problem, options, decision.extremes());
            assertThat(decision.gap()).isLessThanOrEqualTo(NEAR);
            assertThat(decision.cost()).isBetween(best - 1e-7, best + NEAR);
            assertThat(decision.lowerBoundCost()).isLessThanOrEqualTo(best + 1e-7);
        });
    }

    @Test
    void plansKeepTheBandTheServersTimeAndTheChains() {
        Property.forAll(15, random -> {
            Problem problem = CardProblems.random(random, 6, 31);
            CardOptions options = CardProblems.options(random, problem);
            Plan plan = (Plan) new CardJointPlanner(options).plan(problem);
            JointDecision decision = new CardJointPlanner(options).decision(problem);
            double busy = 0;
            double band = 0;
            double joules = 0;
            for (DevicePlan device : plan.devices()) {
                assertThat(device.delaySeconds()).isLessThanOrEqualTo(plan.delaySeconds());
                assertThat(device.serverClockHz()).isEqualTo(decision.serverClockHz());
                busy += device.phases().sc();
                band += device.bandwidthHz();
                joules += device.energy().serverComputeJoules();
            }
            assertThat(busy).isLessThanOrEqualTo(plan.delaySeconds() * (1 + 1e-12));
            assertThat(band).isLessThanOrEqualTo(problem.totalBandwidthHz() * (1 + 1e-9));
            assertThat(plan.delaySeconds()).isCloseTo(decision.delaySeconds(), within(1e-9 * plan.delaySeconds()));
            assertThat(joules).isCloseTo(decision.serverJoules(), within(1e-9 * joules));
            assertThat(plan.lowerBoundSeconds()).isLessThanOrEqualTo(plan.delaySeconds());
            assertThat(decision.gap()).isLessThanOrEqualTo(NEAR);
        });
    }

    @Test
    void weightOneIsTheShortestRoundAndWeightZeroTheFrugalest() {
        Property.forAll(10, random -> {
            Problem problem = CardProblems.random(random, 5, 31);
            CardOptions options = CardProblems.options(random, problem);
            Plan fast = (Plan) new CardJointPlanner(options.withWeight(1)).plan(problem);
            assertThat(fast.devices())
                    .allMatch(
                            device -> device.serverClockHz() == problem.server().clockHz());
            JointDecision frugal = new CardJointPlanner(options.withWeight(0)).decision(problem);
            int last = problem.cuts().stream().max(Integer::compare).orElseThrow();
            assertThat(frugal.cuts()).containsOnly(last);
            assertThat(frugal.serverClockHz()).isEqualTo(options.minServerClockHz());
            assertThat(frugal.gap()).isLessThan(1e-9);
        });
    }

    @Test
    void oneRoundOfAllDevicesIsShorterThanTheirTurns() {
        Problem problem = CardProblems.paper(Layers.EQUAL_SLICES, 9);
        Plan together = (Plan) new CardJointPlanner(CardProblems.PAPER).plan(problem);
        Plan turns = (Plan) new CardPlanner(CardProblems.PAPER).plan(problem);
        assertThat(together.delaySeconds()).isLessThan(turns.delaySeconds());
    }

    @Test
    void aDeadlineIsPlannedFor() {
        Problem problem = CardProblems.paper(Layers.EQUAL_SLICES, 9);
        CardOptions frugal = CardProblems.PAPER.withWeight(0.02);
        Plan free = (Plan) new CardJointPlanner(frugal).plan(problem);
        double deadline = (free.delaySeconds() + free.lowerBoundSeconds()) / 2;
        Plan urgent = (Plan) new CardJointPlanner(frugal).plan(Problems.withDeadline(problem, deadline));
        assertThat(urgent.delaySeconds()).isLessThanOrEqualTo(deadline);
        Infeasible late = (Infeasible)
                new CardJointPlanner(frugal).plan(Problems.withDeadline(problem, free.lowerBoundSeconds() * 0.99));
        assertThat(late.constraint()).isEqualTo(Constraint.DELAY);
        assertThat(late.reason()).startsWith("delay: the round that planner card-joint finds takes ");
    }

    @Test
    void aReallocationKeepsCutsAndIsNoWorseThanThePlan() {
        Problem problem = CardProblems.paper(Layers.EQUAL_SLICES, 9);
        CardJointPlanner planner = new CardJointPlanner(CardProblems.PAPER);
        Plan plan = (Plan) planner.plan(problem);
        Plan again = (Plan) planner.reallocate(problem, plan);
        assertThat(again.devices())
                .extracting(DevicePlan::cut)
                .isEqualTo(plan.devices().stream().map(DevicePlan::cut).toList());
        assertThat(again.delaySeconds()).isCloseTo(plan.delaySeconds(), within(1e-6 * plan.delaySeconds()));
        Plan poor = (Plan) planner.reallocate(CardProblems.paper(Layers.EQUAL_SLICES, 2), plan);
        assertThat(poor.devices())
                .extracting(DevicePlan::cut)
                .isEqualTo(plan.devices().stream().map(DevicePlan::cut).toList());
    }

    @Test
    void theSweepFallsInDelayAndRisesInJoules() {
        Problem problem = CardProblems.paper(Layers.EQUAL_SLICES, 9);
        List<Double> weights = List.of(0.0, 0.1, 0.2, 0.3, 0.5, 0.8, 1.0);
        for (List<ParetoSweep.Point> points : List.of(
                ParetoSweep.card(problem, CardProblems.PAPER, weights),
                ParetoSweep.joint(problem, CardProblems.PAPER, weights))) {
            assertThat(points).extracting(ParetoSweep.Point::weight).isEqualTo(weights);
            for (int i = 1; i < points.size(); i++) {
                assertThat(points.get(i).delaySeconds())
                        .isLessThanOrEqualTo(points.get(i - 1).delaySeconds() * 1.02);
                assertThat(points.get(i).serverJoules())
                        .isGreaterThanOrEqualTo(points.get(i - 1).serverJoules() * 0.98);
            }
        }
    }

    @Test
    void badInputIsAnsweredInOneLine() {
        Problem problem = CardProblems.paper(Layers.REAL, 9);
        assertThatThrownBy(() -> new CardJointPlanner(new CardOptions(0.2, 3e9, Extremes.BOX)).plan(problem))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("planner card-joint: the server's least clock (3.000e+09 Hz) is above");
        PlanResult dead = new CardJointPlanner(CardProblems.PAPER).plan(CardProblems.paper(Layers.REAL, 0));
        assertThat(((Infeasible) dead).constraint()).isEqualTo(Constraint.LINK);
        assertThatThrownBy(() -> new CardJointPlanner(CardProblems.PAPER).decision(CardProblems.paper(Layers.REAL, 0)))
                .hasMessageStartingWith("planner card-joint: link: 5 of 5");
    }

    @Test
    void theKnapsackIsBruteForce() {
        Property.forAll(500, random -> {
            int devices = 1 + random.nextInt(4);
            double[][] need = new double[devices][];
            double[][] work = new double[devices][];
            for (int n = 0; n < devices; n++) {
                int options = 1 + random.nextInt(4);
                need[n] = random.doubles(options, 0, 1).toArray();
                work[n] = random.doubles(options, 1, 2).toArray();
                need[n][random.nextInt(options)] = random.nextInt(4) == 0 ? Double.POSITIVE_INFINITY : 0.3;
            }
            double band = random.nextDouble(0.1, 0.8) * devices;
            double best = leastWork(need, work, band, 0);
            CutKnapsack.Answer answer = new CutKnapsack(need, work, band).solve(10_000);
            assertThat(answer.isPossible()).isEqualTo(best < Double.POSITIVE_INFINITY);
            if (answer.isPossible()) {
                double found = 0;
                double used = 0;
                for (int n = 0; n < devices; n++) {
                    found += work[n][answer.cuts()[n]];
                    used += need[n][answer.cuts()[n]];
                }
                assertThat(used).isLessThanOrEqualTo(band * (1 + 1e-9));
                assertThat(found).isCloseTo(best, within(1e-9));
                assertThat(answer.boundWork()).isCloseTo(best, within(1e-9));
                assertThat(new CutKnapsack(need, work, band).solve(1).boundWork())
                        .isLessThanOrEqualTo(best + 1e-12);
            }
        });
    }

    private static double leastWork(double[][] need, double[][] work, double band, int n) {
        if (n == need.length) {
            return 0;
        }
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < need[n].length; i++) {
            if (need[n][i] <= band) {
                best = Math.min(best, work[n][i] + leastWork(need, work, band - need[n][i], n + 1));
            }
        }
        return best;
    }

    /** All cuts, and for each a fine grid of clocks that closes in on the best. */
    private static double leastCost(Problem problem, CardOptions options, CardExtremes extremes) {
        double best = Double.POSITIVE_INFINITY;
        for (List<Integer> cuts : assignments(problem, problem.devices().size())) {
            double low = options.minServerClockHz();
            double high = problem.server().clockHz();
            for (int zoom = 0; zoom < 8; zoom++) {
                double width = high - low;
                double at = low;
                double least = Double.POSITIVE_INFINITY;
                for (int step = 0; step <= 12; step++) {
                    double clockHz = low + step / 12.0 * width;
                    double cost = cost(problem, options, extremes, cuts, clockHz);
                    at = cost < least ? clockHz : at;
                    least = Math.min(least, cost);
                }
                best = Math.min(best, least);
                low = Math.max(options.minServerClockHz(), at - width / 12);
                high = Math.min(problem.server().clockHz(), at + width / 12);
            }
        }
        return best;
    }

    private static List<List<Integer>> assignments(Problem problem, int devices) {
        List<List<Integer>> all = new ArrayList<>(List.of(List.of()));
        for (int n = 0; n < devices; n++) {
            List<List<Integer>> longer = new ArrayList<>();
            for (List<Integer> cuts : all) {
                for (int cut : problem.cuts()) {
                    List<Integer> one = new ArrayList<>(cuts);
                    one.add(cut);
                    longer.add(one);
                }
            }
            all = longer;
        }
        return all;
    }

    /** Bisects the round's delay on the formulas of the module wireless. */
    private static double cost(
            Problem problem, CardOptions options, CardExtremes extremes, List<Integer> cuts, double clockHz) {
        RoundDelay delay = new RoundDelay(new Workload(problem.tuning()), problem.server(), problem.totalBandwidthHz())
                .withServerClock(clockHz);
        double busy = 0;
        for (int n = 0; n < cuts.size(); n++) {
            busy += delay.phases(problem.devices().get(n).site(), new SplitDecision(cuts.get(n), 1, 1, 1e6), false)
                    .sc();
        }
        double low = busy;
        double high = 1e9;
        for (int step = 0; step < 100; step++) {
            double middle = (low + high) / 2;
            if (fits(problem, delay, cuts, middle)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        double joules = delay.server().computePowerWatts() * busy;
        return options.weight()
                        * (high - extremes.minDelaySeconds())
                        / (extremes.maxDelaySeconds() - extremes.minDelaySeconds())
                + (1 - options.weight())
                        * (joules - extremes.minServerJoules())
                        / (extremes.maxServerJoules() - extremes.minServerJoules());
    }

    private static boolean fits(Problem problem, RoundDelay delay, List<Integer> cuts, double seconds) {
        double ratio = problem.compressions().options().get(0).activationRatio();
        double sum = 0;
        for (int n = 0; n < cuts.size(); n++) {
            PlannedDevice device = problem.devices().get(n);
            double rest = seconds - delay.fixedSeconds(device.site(), cuts.get(n), false);
            double work = delay.bandwidthWork(device.site(), cuts.get(n), ratio, ratio);
            if (rest <= 0) {
                return false;
            }
            sum += Math.max(problem.minBandwidthPerDeviceHz(), work / rest);
        }
        return sum <= problem.totalBandwidthHz();
    }
}
