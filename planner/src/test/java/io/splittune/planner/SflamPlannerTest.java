package io.splittune.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.splittune.core.RandomStreams;
import io.splittune.testkit.Property;
import io.splittune.wireless.FixedBlockGains;
import io.splittune.wireless.SplitBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class SflamPlannerTest {
    private static final double SLACK = 1 + 1e-9;

    @Test
    void everyPlanKeepsDeadlinePowerAndBlocksAndNamesTheOthers() {
        Property.forAll(200, random -> {
            SflamProblem problem = SflamProblems.small(random);
            for (SflamPlanner planner : planners()) {
                check(problem, planner.solve(problem));
            }
        });
    }

    private static List<SflamPlanner> planners() {
        RandomStreams streams = new RandomStreams(5);
        return SflamPlanner.names().stream()
                .map(name -> SflamPlanner.named(name, streams))
                .toList();
    }

    private static void check(SflamProblem problem, SflamPlan plan) {
        Set<String> named = new HashSet<>();
        Set<Integer> blocks = new HashSet<>();
        double utility = 0;
        for (SflamParticipant part : plan.participants()) {
            SflamDevice device = problem.devices().get(part.device());
            assertThat(named.add(part.id())).isTrue();
            assertThat(blocks.add(part.block())).isTrue();
            assertThat(part.powerWatts()).isLessThanOrEqualTo(device.hardware().txPowerWatts());
            assertThat(part.delaySeconds()).isLessThanOrEqualTo(problem.limits().maxDelaySeconds() * SLACK);
            double rate = problem.blockWidthHz()
                    * Math.log1p(part.powerWatts()
                            * problem.gains().gainToNoise(part.device(), part.block(), problem.round()))
                    / Math.log(2);
            double upload = device.iterations() * problem.batch().sentBits(part.bits()) / rate;
            assertThat(part.uploadSeconds()).isCloseTo(upload, within(1e-12 * upload));
            utility += part.utility();
        }
        plan.leftOut().forEach(left -> assertThat(named.add(left.id())).isTrue());
        assertThat(named).hasSize(problem.devices().size());
        assertThat(plan.efficiency()).isCloseTo(utility, within(1e-9 * (1 + utility)));
    }

    @Test
    void descentNeverLowersItsObjective() {
        Property.forAll(200, random -> {
            SflamProblem problem = goal(SflamProblems.small(random), random);
            List<BcdStep> steps = SflamPlanner.proposed().solve(problem).steps();
            for (int i = 1; i < steps.size(); i++) {
                double before = steps.get(i - 1).efficiency();
                assertThat(steps.get(i).efficiency())
                        .as("step %s of %s", i, steps)
                        .isGreaterThanOrEqualTo(before - 1e-12 * Math.abs(before));
            }
        });
    }

    private static SflamProblem goal(SflamProblem problem, RandomGenerator random) {
        return problem.with(new SflamGoal(
                List.of(Performance.values()).get(random.nextInt(3)),
                random.nextBoolean() ? SflamGoal.Form.RATIO : SflamGoal.Form.DIFFERENCE,
                random.nextDouble(0, 2),
                random.nextBoolean() ? MatchingWeight.ENERGY : MatchingWeight.UTILITY));
    }

    @Test
    void jointPlannerFindsTheBestOfAllAssignmentsBitsAndPowers() {
        Property.forAll(200, random -> {
            SflamProblem problem = goal(SflamProblems.small(random), random);
            double expected = bruteForce(problem, 0, new HashSet<>());
            assertThat(SflamPlanner.joint().solve(problem).efficiency())
                    .isCloseTo(expected, within(1e-9 * (1 + expected)));
        });
    }

    /** All ways to give the devices from one on a free block, any bits and the power they need, or nothing. */
    private static double bruteForce(SflamProblem problem, int device, Set<Integer> taken) {
        if (device == problem.devices().size()) {
            return 0;
        }
        double best = bruteForce(problem, device + 1, taken);
        for (int block = 0; block < problem.gains().blocks(); block++) {
            if (taken.add(block)) {
                double own = bestUtility(problem, device, block);
                if (own > Double.NEGATIVE_INFINITY) {
                    best = Math.max(best, own + bruteForce(problem, device + 1, taken));
                }
                taken.remove(block);
            }
        }
        return best;
    }

    private static double bestUtility(SflamProblem problem, int n, int block) {
        SflamDevice device = problem.devices().get(n);
        double f = device.hardware().clockHz();
        double computing = device.iterations()
                * problem.batch().deviceOperations()
                / device.hardware().flopsPerSecond();
        double serving = device.iterations()
                * problem.batch().serverOperations()
                / problem.server().flopsPerSecond();
        double tau = problem.limits().maxDelaySeconds() - computing - serving;
        double samples =
                problem.devices().stream().mapToDouble(SflamDevice::samples).sum();
        double best = Double.NEGATIVE_INFINITY;
        for (int q = problem.limits().minBits(); q <= problem.limits().maxBits(); q++) {
            double bits = problem.batch().sentBits(q) * device.iterations();
            double watts = (Math.pow(2, bits / problem.blockWidthHz() / tau) - 1)
                    / problem.gains().gainToNoise(n, block, problem.round());
            if (tau > 0 && watts <= device.hardware().txPowerWatts()) {
                double joules = device.hardware().switchedCapacitance() * f * f * f * computing + watts * tau;
                best = Math.max(best, problem.goal().utility(device.samples() / samples, q, joules));
            }
        }
        return best;
    }

    @Test
    void jointPlannerMeetsScipy() {
        for (Map<String, double[]> row : Golden.rows("sflam/joint.csv")) {
            int blocks = (int) Golden.number(row, "blocks");
            double[] clocks = Golden.numbers(row, "clocksHz");
            List<SflamDevice> devices = new ArrayList<>();
            double[][] gains = new double[clocks.length][blocks];
            for (int n = 0; n < clocks.length; n++) {
                devices.add(SflamProblems.device(
                        n, clocks[n], Golden.numbers(row, "maxWatts")[n], Golden.numbers(row, "samples")[n]));
                System.arraycopy(Golden.numbers(row, "gains"), n * blocks, gains[n], 0, blocks);
            }
            SflamProblem problem = SflamProblems.problem(devices, gains, Golden.number(row, "maxDelaySeconds"));
            double expected = Golden.number(row, "efficiency");
            assertThat(SflamPlanner.joint().solve(problem).efficiency())
                    .isCloseTo(expected, within(1e-9 * (1 + expected)));
        }
    }

    /** What the printed weight of the matching, energy alone, costs against the exact optimum. */
    @Test
    void descentIsNeverAboveTheJointOptimumAndItsGapIsPrinted() {
        double[] gaps = new double[200];
        double[] byUtility = new double[200];
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < gaps.length; i++) {
            SflamProblem problem = SflamProblems.small(random);
            double best = SflamPlanner.joint().solve(problem).efficiency();
            gaps[i] = gap(best, problem);
            byUtility[i] = gap(best, problem.with(problem.goal().with(MatchingWeight.UTILITY)));
        }
        System.out.printf(
                Locale.ROOT,
                "200 small cases: gap of the descent to the joint optimum, mean %.2f %%, greatest %.2f %%, none in %d; by utility: greatest %.2g %%%n",
                100 * Arrays.stream(gaps).average().orElseThrow(),
                100 * Arrays.stream(gaps).max().orElseThrow(),
                Arrays.stream(gaps).filter(gap -> gap < 1e-9).count(),
                100 * Arrays.stream(byUtility).max().orElseThrow());
        assertThat(Arrays.stream(gaps).min().orElseThrow()).isGreaterThan(-1e-9);
        assertThat(Arrays.stream(byUtility).map(Math::abs).max().orElseThrow()).isLessThan(1e-9);
    }

    private static double gap(double best, SflamProblem problem) {
        double found = SflamPlanner.proposed().solve(problem).efficiency();
        return best == 0 ? found : 1 - found / best;
    }

    @Test
    void bothPowerControlsGiveTheSamePlan() {
        Property.forAll(50, random -> {
            SflamProblem problem = SflamProblems.small(random);
            double closed = SflamPlanner.proposed().solve(problem).efficiency();
            double sca = SflamPlanner.proposed(new ScaPower()).solve(problem).efficiency();
            assertThat(sca).isCloseTo(closed, within(1e-6 * closed));
        });
    }

    @Test
    void meanBitsRiseAndMeanEnergyFallsWithTheDeadline() {
        double bits = 0;
        double joules = Double.POSITIVE_INFINITY;
        for (double deadline : new double[] {2.5, 3, 4, 5, 6, 8}) {
            double meanBits = 0;
            double meanJoules = 0;
            for (long seed = 1; seed <= 20; seed++) {
                SflamPlan plan = SflamPlanner.proposed().solve(SflamProblems.setting(50, 10, deadline, seed));
                meanBits += plan.meanBits() / 20;
                meanJoules += plan.meanJoules() / 20;
            }
            System.out.printf(
                    Locale.ROOT, "T_max %.1f s: mean q %.2f, mean E %.3f J%n", deadline, meanBits, meanJoules);
            assertThat(meanBits).isGreaterThan(bits);
            assertThat(meanJoules).isLessThan(joules);
            bits = meanBits;
            joules = meanJoules;
        }
    }

    /** At a tight deadline; at a loose one 32 bits may be worth more than the 16 that the proposed may use. */
    @Test
    void theProposedBeatsItsBaselinesWhereTimeIsShort() {
        for (long seed = 1; seed <= 5; seed++) {
            SflamProblem problem = SflamProblems.setting(50, 10, 3, seed);
            double proposed = SflamPlanner.proposed().solve(problem).efficiency();
            for (SflamPlanner baseline : List.of(
                    SflamPlanner.equalPower(1),
                    SflamPlanner.randomBlocks(new RandomStreams(seed)),
                    SflamPlanner.unquantised())) {
                assertThat(proposed)
                        .as(baseline.name())
                        .isGreaterThan(baseline.solve(problem).efficiency());
            }
        }
    }

    @Test
    void randomBlocksAreTheSameForASeedAndRoundAndOthersInAnother() {
        SflamProblem problem = SflamProblems.setting(20, 5, 8, 1);
        SflamPlanner planner = SflamPlanner.randomBlocks(new RandomStreams(1));
        assertThat(planner.solve(problem)).isEqualTo(planner.solve(problem));
        assertThat(planner.solve(problem.inRound(1)).participants())
                .isNotEqualTo(planner.solve(problem).participants());
    }

    @Test
    void moreBlocksThanDevicesServeThemAll() {
        double[][] gains = new double[3][9];
        for (double[] row : gains) {
            Arrays.fill(row, 1000);
        }
        SflamPlan plan = SflamPlanner.proposed().solve(SflamProblems.problem(gains, 8, new SplittableRandom(1)));
        assertThat(plan.participants()).hasSize(3);
        assertThat(plan.leftOut()).isEmpty();
    }

    @Test
    void iterationsScaleTimeAndEnergy() {
        SflamDevice one = SflamProblems.device(0, 1e9, 2, 100);
        SflamDevice ten = new SflamDevice("d0", one.hardware(), 100, 10);
        double[][] gains = {{300}};
        SflamParticipant single = SflamPlanner.joint()
                .solve(SflamProblems.problem(List.of(one), gains, 5))
                .participants()
                .get(0);
        SflamParticipant several = SflamPlanner.joint()
                .solve(SflamProblems.problem(List.of(ten), gains, 50))
                .participants()
                .get(0);
        assertThat(several.bits()).isEqualTo(single.bits());
        assertThat(several.powerWatts()).isCloseTo(single.powerWatts(), within(1e-12));
        assertThat(several.delaySeconds()).isCloseTo(10 * single.delaySeconds(), within(1e-9));
        assertThat(several.joules()).isCloseTo(10 * single.joules(), within(1e-9));
    }

    @Test
    void thePlanOfTheOtherPlannersHasCutNothingSparseAndTheLevelsOfTheBits() {
        SflamProblem problem = SflamProblems.setting(12, 4, 6, 3);
        SflamPlan own = SflamPlanner.proposed().solve(problem);
        Plan plan = (Plan) SflamPlanner.proposed().plan(problem);
        assertThat(plan.devices()).hasSize(4);
        assertThat(plan.leftOut()).hasSize(8).isEqualTo(own.leftOut());
        assertThat(plan.delaySeconds()).isGreaterThanOrEqualTo(plan.lowerBoundSeconds());
        for (int i = 0; i < 4; i++) {
            SflamParticipant part = own.participants().get(i);
            DevicePlan device = plan.devices().get(i);
            assertThat(device.cut()).isZero();
            assertThat(device.compression().keep()).isEqualTo(1);
            assertThat(device.compression().levels()).isEqualTo((1 << part.bits()) - 1);
            assertThat(device.compression().activationRatio()).isEqualTo((part.bits() + 1) / 32.0);
            assertThat(device.resourceBlock()).hasValue(part.block());
            assertThat(device.powerWatts()).isEqualTo(part.powerWatts());
            assertThat(device.bandwidthHz()).isEqualTo(20e6);
            assertThat(device.delaySeconds()).isEqualTo(device.phases().total());
            assertThat(device.energy().total()).isCloseTo(part.joules(), within(1e-12));
        }
    }

    @Test
    void withoutQuantisationValuesTravelAsTheyAre() {
        SflamProblem problem = SflamProblems.setting(30, 5, 60, 3);
        Plan plan = (Plan) SflamPlanner.unquantised().plan(problem);
        assertThat(plan.devices())
                .isNotEmpty()
                .allSatisfy(device -> assertThat(device.compression()).isEqualTo(CompressionOption.uncompressed()));
        assertThat(SflamPlanner.unquantised().solve(problem).participants())
                .allMatch(part -> part.bits() == SplitBatch.UNQUANTISED);
    }

    @Test
    void gainsOfAnotherNumberOfDevicesAreRefused() {
        SflamProblem problem = SflamProblems.setting(3, 2, 5, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SflamProblems.problem(problem.devices(), new double[][] {{1}}, 5))
                .withMessage("gains have 1 rows for 3 devices.");
        assertThat(new FixedBlockGains(new double[][] {{1, 2}}).blocks()).isEqualTo(2);
    }
}
