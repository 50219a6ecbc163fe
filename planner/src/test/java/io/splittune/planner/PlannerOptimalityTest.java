package io.splittune.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.splittune.core.RandomStreams;
import io.splittune.testkit.Property;
import io.splittune.wireless.LinkState;
import io.splittune.wireless.MemoryModel;
import io.splittune.wireless.RoundDelay;
import io.splittune.wireless.SplitDecision;
import io.splittune.wireless.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Planners against brute force, and against each other. */
class PlannerOptimalityTest {
    @Test
    void exactIsBruteForceOverCutsAndCompressions() {
        Property.forAll(100, random -> {
            Problem problem = Problems.random(random, 5, 6, 6);
            double best = Double.POSITIVE_INFINITY;
            for (Choice choice : choicesThatFitAll(problem)) {
                best = Math.min(
                        best,
                        leastDelay(
                                problem,
                                IntStream.range(0, problem.devices().size())
                                        .mapToObj(n -> choice)
                                        .toList()));
            }
            Plan plan = (Plan) new ExactPlanner().plan(problem);
            assertThat(plan.delaySeconds()).isCloseTo(best, within(1e-9 * best));
        });
    }

    @Test
    void heterogeneousIsBruteForceOverAllAssignments() {
        Property.forAll(60, random -> {
            Problem problem = Problems.random(random, 3, 3, 3);
            double best = leastOverAssignments(problem, new ArrayList<>());
            Plan plan = (Plan) new HeterogeneousPlanner().plan(problem);
            assertThat(plan.delaySeconds()).isCloseTo(best, within(1e-9 * best));
            assertThat(plan.relativeGap()).isLessThan(1e-9);
        });
    }

    /** Algorithm 2 against the exhaustive grid: the large timescale counts with equal shares. */
    @Test
    void twoTimescaleChoosesTheBestOfTheGridOnTwoHundredProblems() {
        Property.forAll(200, random -> {
            Problem problem = Problems.random(random, 8, 8, 10);
            double best = Double.POSITIVE_INFINITY;
            for (Choice choice : choicesThatFitAll(problem)) {
                best = Math.min(best, equalShareDelay(problem, choice));
            }
            DevicePlan device =
                    ((Plan) new TwoTimescalePlanner().plan(problem)).devices().get(0);
            assertThat(equalShareDelay(problem, new Choice(device.cut(), device.compression())))
                    .isCloseTo(best, within(1e-11 * best));
        });
    }

    @Test
    void theOrderOfThePlannersHolds() {
        Property.forAll(200, random -> {
            Problem problem = Problems.random(random, 12, 8, 8);
            double heterogeneous = delay(new HeterogeneousPlanner(), problem);
            double exact = delay(new ExactPlanner(), problem);
            double twoTimescale = delay(new TwoTimescalePlanner(), problem);
            double equal = delay(new EqualPlanner(), problem);
            double drawn = delay(Planners.named("random", new RandomStreams(random.nextLong())), problem);
            assertThat(heterogeneous).isLessThanOrEqualTo(exact * (1 + 1e-12));
            assertThat(exact).isLessThanOrEqualTo(twoTimescale * (1 + 1e-12));
            assertThat(twoTimescale).isLessThanOrEqualTo(equal * (1 + 1e-12));
            assertThat(exact).isLessThanOrEqualTo(drawn * (1 + 1e-12));
        });
    }

    /** One link is bad upwards, the other downwards, and the table has an option for each. */
    @Test
    void unequalLinksGainFromCompressionsOfTheirOwn() {
        PlannedDevice device = Problems.device("up", 1e9, 0, Problems.ROOMY);
        PlannedDevice twin = Problems.device("down", 1e9, 0, Problems.ROOMY);
        CompressionOption lightUp = new CompressionOption(0.5, 7, 0.1, 0.5, 1);
        CompressionOption lightDown = new CompressionOption(0.5, 7, 0.5, 0.1, 1);
        Problem problem = Problems.of(
                List.of(device.with(LinkState.ofSnrDb(0, 30)), twin.with(LinkState.ofSnrDb(30, 0))),
                new CompressionTable(List.of(lightUp, lightDown)));
        Plan own = (Plan) new HeterogeneousPlanner().plan(problem);
        Plan common = (Plan) new ExactPlanner().plan(problem);
        assertThat(own.devices()).map(DevicePlan::compression).containsExactly(lightUp, lightDown);
        assertThat(common.relativeGap()).isGreaterThan(0.2);
        assertThat(own.delaySeconds()).isLessThan(common.delaySeconds() / 1.2);
    }

    private static double delay(Planner planner, Problem problem) {
        return ((Plan) planner.plan(problem)).delaySeconds();
    }

    private static double leastOverAssignments(Problem problem, List<Choice> chosen) {
        int n = chosen.size();
        if (n == problem.devices().size()) {
            return leastDelay(problem, chosen);
        }
        double best = Double.POSITIVE_INFINITY;
        for (Choice choice : choices(problem, problem.devices().subList(n, n + 1))) {
            List<Choice> longer = new ArrayList<>(chosen);
            longer.add(choice);
            best = Math.min(best, leastOverAssignments(problem, longer));
        }
        return best;
    }

    private static List<Choice> choicesThatFitAll(Problem problem) {
        return choices(problem, problem.devices());
    }

    private static List<Choice> choices(Problem problem, List<PlannedDevice> devices) {
        MemoryModel memory = new MemoryModel(problem.tuning());
        List<Choice> choices = new ArrayList<>();
        for (int cut : problem.cuts()) {
            double needed = memory.requiredBytes(cut);
            if (devices.stream().anyMatch(device -> device.hardware().memoryBytes() < needed)) {
                continue;
            }
            for (CompressionOption option : problem.compressions().options()) {
                if (option.accuracy() >= problem.accuracyFloor()) {
                    choices.add(new Choice(cut, option));
                }
            }
        }
        return choices;
    }

    /** The least delay of fixed choices, by bisection on the closed form of the delay itself. */
    private static double leastDelay(Problem problem, List<Choice> choices) {
        double low = 0;
        double high = 1e9;
        for (int step = 0; step < 120; step++) {
            double middle = (low + high) / 2;
            if (fits(problem, choices, middle)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }

    private static boolean fits(Problem problem, List<Choice> choices, double seconds) {
        RoundDelay delay = new RoundDelay(new Workload(problem.tuning()), problem.server(), problem.totalBandwidthHz());
        double sum = 0;
        for (int n = 0; n < choices.size(); n++) {
            PlannedDevice device = problem.devices().get(n);
            Choice choice = choices.get(n);
            CompressionOption option = choice.compression();
            double rest = seconds - delay.fixedSeconds(device.site(), choice.cut(), problem.firstRound());
            double need =
                    delay.bandwidthWork(device.site(), choice.cut(), option.activationRatio(), option.gradientRatio())
                            / rest;
            if (rest <= 0 || need > Math.min(device.maxBandwidthHz(), problem.totalBandwidthHz())) {
                return false;
            }
            sum += Math.max(problem.minBandwidthPerDeviceHz(), need);
        }
        return sum <= problem.totalBandwidthHz();
    }

    private static double equalShareDelay(Problem problem, Choice choice) {
        RoundDelay delay = new RoundDelay(new Workload(problem.tuning()), problem.server(), problem.totalBandwidthHz());
        double[] shares = new EqualBandwidth().allocate(new RoundCosts(problem).demand(choice));
        double slowest = 0;
        for (int n = 0; n < shares.length; n++) {
            SplitDecision decision = new SplitDecision(
                    choice.cut(),
                    choice.compression().activationRatio(),
                    choice.compression().gradientRatio(),
                    shares[n]);
            slowest = Math.max(
                    slowest,
                    delay.phases(problem.devices().get(n).site(), decision, problem.firstRound())
                            .total());
        }
        return slowest;
    }
}
