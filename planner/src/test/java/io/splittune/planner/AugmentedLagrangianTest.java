package io.splittune.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.testkit.Property;
import org.junit.jupiter.api.Test;

class AugmentedLagrangianTest {
    @Test
    void theResultIsTheBestFeasiblePointOfAnyGrid() {
        Property.forAll(1000, random -> {
            int cuts = 1 + random.nextInt(6);
            int options = 1 + random.nextInt(8);
            double scale = Math.pow(10, 12 * random.nextDouble() - 6);
            double[][] delays = new double[cuts][];
            for (int l = 0; l < cuts; l++) {
                delays[l] = random.doubles(options, scale, 10 * scale).toArray();
            }
            // Slack of very different size, exactly tight now and then.
            double[] memory = random.doubles(cuts, -1, 1)
                    .map(g -> random.nextInt(5) == 0 ? 0 : g * Math.pow(10, -9 * random.nextDouble()))
                    .toArray();
            double[] accuracy = random.doubles(options, -1, 1)
                    .map(g -> random.nextInt(5) == 0 ? 0 : g * Math.pow(10, -9 * random.nextDouble()))
                    .toArray();
            memory[random.nextInt(cuts)] = random.nextDouble();
            accuracy[random.nextInt(options)] = random.nextDouble();
            double best = Double.POSITIVE_INFINITY;
            for (int l = 0; l < cuts; l++) {
                for (int o = 0; o < options; o++) {
                    best = memory[l] >= 0 && accuracy[o] >= 0 ? Math.min(best, delays[l][o]) : best;
                }
            }
            AugmentedLagrangian.Cell cell = new AugmentedLagrangian(delays, memory, accuracy).minimise();
            assertThat(memory[cell.cut()]).isNotNegative();
            assertThat(accuracy[cell.option()]).isNotNegative();
            assertThat(delays[cell.cut()][cell.option()]).isBetween(best, best * (1 + 1e-11));
        });
    }

    /** No multiplier alone makes the middle point the least: it lies above the line between the others. */
    @Test
    void aPointInADualityGapIsFound() {
        double[][] delays = {{1, 2.9, 3}};
        double[] accuracy = {-1, 0.01, 1};
        assertThat(new AugmentedLagrangian(delays, new double[] {1}, accuracy).minimise())
                .isEqualTo(new AugmentedLagrangian.Cell(0, 1));
    }

    @Test
    void aGridWithoutAFeasiblePointIsRefused() {
        AugmentedLagrangian grid =
                new AugmentedLagrangian(new double[][] {{1, 2}}, new double[] {1}, new double[] {-0.1, -0.2});
        assertThatThrownBy(grid::minimise)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("No cut and compression keep accuracy and memory; check before solving.");
    }
}
