package io.splittune.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import io.splittune.core.RandomStreams;
import io.splittune.core.UserException;
import io.splittune.wireless.BlockGains;
import java.util.List;
import org.junit.jupiter.api.Test;

class SflamBadInputTest {
    private final SflamPlanner planner = SflamPlanner.proposed();

    @Test
    void noDeviceWithinTheDeadlineIsSaidInOneLine() {
        SflamProblem problem =
                SflamProblems.problem(List.of(SflamProblems.device(0, 1e9, 1, 100)), new double[][] {{300}}, 0.5);
        Infeasible answer = (Infeasible) planner.plan(problem);
        assertThat(answer.constraint()).isEqualTo(Constraint.DELAY);
        assertThat(answer.reason())
                .isEqualTo(
                        "No device can take part within 0.5000 s: the fastest needs 3.156 s with 4 bits at all its power.");
        assertThat(answer.required()).isGreaterThan(answer.available());
        assertThat(planner.solve(problem).participants()).isEmpty();
    }

    @Test
    void gainsOfZeroAreSaidInOneLine() {
        SflamProblem problem =
                SflamProblems.problem(List.of(SflamProblems.device(0, 1e9, 1, 100)), new double[][] {{0, 0}}, 5);
        Infeasible answer = (Infeasible) planner.plan(problem);
        assertThat(answer.constraint()).isEqualTo(Constraint.LINK);
        assertThat(answer.reason()).isEqualTo("No device has a gain on any resource block.");
    }

    @Test
    void everyDeviceThatIsLeftOutIsNamedWithItsReason() {
        List<SflamDevice> devices = List.of(
                SflamProblems.device(0, 1.5e9, 2, 100),
                SflamProblems.device(1, 0.5e9, 2, 100),
                SflamProblems.device(2, 1.5e9, 2, 100),
                SflamProblems.device(3, 1.5e9, 2, 100),
                SflamProblems.device(4, 1.4e9, 2, 100));
        double[][] gains = {{300}, {300}, {0}, {0.05}, {200}};
        SflamPlan plan = planner.solve(SflamProblems.problem(devices, gains, 4));
        assertThat(plan.participants()).hasSize(1);
        assertThat(plan.leftOut())
                .extracting(LeftOut::id, LeftOut::reason)
                .contains(
                        tuple("d1", "computing takes 5.970 s, the round may take 4.000 s"),
                        tuple("d2", "has no gain on any of the 1 resource blocks"),
                        tuple("d0", "got none of the 1 resource blocks"))
                .filteredOn(left -> left.toList().get(0).equals("d3"))
                .singleElement()
                .asString()
                .matches(
                        ".*needs .* W for 4 bits on its best block to keep within 4.000 s, and sends with 2.000 W at most.*");
    }

    @Test
    void gainsThatAreNoNumbersAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SflamProblems.problem(
                        List.of(SflamProblems.device(0, 1e9, 1, 100)), new double[][] {{Double.NaN}}, 5))
                .withMessage("gain (NaN) must be finite and >= 0.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> planner.plan(with(constant(1, Double.NaN))))
                .withMessage("gain (NaN) of device d0 on block 0 must be finite and >= 0.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> planner.plan(with(constant(1, -1))))
                .withMessageContaining("gain (-1.0) of device d0");
    }

    @Test
    void zeroOrFewerBlocksAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> with(constant(0, 1)))
                .withMessage("There are 0 resource blocks; a plan needs at least one.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> with(constant(-2, 1)))
                .withMessage("There are -2 resource blocks; a plan needs at least one.");
    }

    @Test
    void limitsOutOfRangeAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new SflamLimits(Double.NaN, 4, 16));
        assertThatIllegalArgumentException().isThrownBy(() -> new SflamLimits(0, 4, 16));
        assertThatIllegalArgumentException().isThrownBy(() -> new SflamLimits(5, 0, 16));
        assertThatIllegalArgumentException().isThrownBy(() -> new SflamLimits(5, 8, 4));
        assertThatIllegalArgumentException().isThrownBy(() -> new SflamLimits(5, 4, 32));
        assertThat(new SflamLimits(5, 4, 16).unquantised()).isEqualTo(new SflamLimits(5, 32, 32));
    }

    @Test
    void anUnknownPlannerIsTheUsersMistake() {
        assertThatExceptionOfType(UserException.class)
                .isThrownBy(() -> SflamPlanner.named("sflma", new RandomStreams(1)))
                .withMessage("planner 'sflma' is unknown; known are [sflam, sflam-joint, ep, rb, nq].");
    }

    private static SflamProblem with(BlockGains gains) {
        SflamProblem problem =
                SflamProblems.problem(List.of(SflamProblems.device(0, 1e9, 1, 100)), new double[][] {{1}}, 5);
        return new SflamProblem(
                problem.devices(),
                problem.server(),
                problem.batch(),
                gains,
                0,
                problem.blockWidthHz(),
                problem.limits(),
                problem.goal());
    }

    private static BlockGains constant(int blocks, double gain) {
        return new BlockGains() {
            @Override
            public int devices() {
                return 1;
            }

            @Override
            public int blocks() {
                return blocks;
            }

            @Override
            public double gainToNoise(int deviceIndex, int block, int round) {
                return gain;
            }
        };
    }
}
