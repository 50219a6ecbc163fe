package io.splittune.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EpigraphQpTest {
    @Test
    void optimaAreThoseOfSciPy() {
        List<Map<String, double[]>> rows = Golden.rows("programmes.csv");
        assertThat(rows).hasSize(7);
        for (Map<String, double[]> row : rows) {
            double[] curvature = Golden.numbers(row, "curvature");
            double[] slope = Golden.numbers(row, "slope");
            double[] level = Golden.numbers(row, "level");
            double[] weight = Golden.numbers(row, "weight");
            double[] lower = Golden.numbers(row, "lower");
            double[] upper = Golden.numbers(row, "upper");
            EpigraphQp programme = new EpigraphQp(curvature, slope, level, weight, lower, upper);
            programme.solve();
            double objective = programme.epigraph();
            double sum = 0;
            for (int i = 0; i < curvature.length; i++) {
                double y = programme.variable(i);
                assertThat(y).isBetween(lower[i] - 1e-12, upper[i] + 1e-12);
                assertThat(slope[i] * y + programme.epigraph() - level[i]).isGreaterThan(-1e-11);
                objective += curvature[i] * y * y / 2;
                sum += weight[i] * y;
            }
            assertThat(sum).isCloseTo(0, within(1e-11));
            // SLSQP's own constraints hold to 1e-9.
            assertThat(objective).isCloseTo(Golden.number(row, "objective"), within(1e-8));
        }
    }

    @Test
    void aProgrammeAtItsOptimumStaysThere() {
        double[] ones = {1, 1};
        EpigraphQp programme = new EpigraphQp(
                ones, new double[] {0.5, 0.5}, new double[] {0, 0}, ones, new double[] {-0.5, -0.5}, new double[] {1, 1
                });
        programme.solve();
        assertThat(programme.epigraph()).isCloseTo(0, within(1e-12));
        assertThat(programme.variable(0)).isCloseTo(0, within(1e-7));
    }
}
