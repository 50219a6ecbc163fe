package io.splittune.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.splittune.testkit.Property;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.ojalgo.optimisation.Expression;
import org.ojalgo.optimisation.ExpressionsBasedModel;
import org.ojalgo.optimisation.Optimisation;
import org.ojalgo.optimisation.Variable;

class BlockMatchingTest {
    @Test
    void matchingCostsAsMuchAsTheLinearProgramme() {
        Property.forAll(100, random -> {
            double[][] weights = new double[random.nextInt(1, 8)][random.nextInt(1, 8)];
            for (double[] row : weights) {
                Arrays.setAll(row, k -> random.nextDouble() < 0.1 ? 1e6 : random.nextDouble(0.01, 3));
            }
            double exact = relaxed(weights);
            assertThat(cost(weights)).isCloseTo(exact, within(1e-9 * (1 + exact)));
        });
    }

    @Test
    void matchingCostsAsMuchAsScipys() {
        for (Map<String, double[]> row : Golden.rows("sflam/assignment.csv")) {
            int blocks = (int) Golden.number(row, "blocks");
            double[] flat = Golden.numbers(row, "weights");
            double[][] weights = new double[(int) Golden.number(row, "devices")][];
            for (int n = 0; n < weights.length; n++) {
                weights[n] = Arrays.copyOfRange(flat, n * blocks, (n + 1) * blocks);
            }
            double expected = Golden.number(row, "cost");
            assertThat(cost(weights)).isCloseTo(expected, within(1e-12 * expected));
        }
    }

    @Test
    void everyBlockIsTakenByOneDeviceAtMost() {
        Property.forAll(100, random -> {
            double[][] weights = new double[random.nextInt(1, 12)][random.nextInt(1, 12)];
            for (double[] row : weights) {
                Arrays.setAll(row, k -> random.nextDouble(-2, 2));
            }
            int[] blocks = Arrays.stream(BlockMatching.match(weights))
                    .filter(block -> block != BlockMatching.NO_BLOCK)
                    .toArray();
            assertThat(blocks).doesNotHaveDuplicates().hasSize(Math.min(weights.length, weights[0].length));
        });
    }

    private static double cost(double[][] weights) {
        int[] blocks = BlockMatching.match(weights);
        double cost = 0;
        for (int n = 0; n < blocks.length; n++) {
            cost += blocks[n] == BlockMatching.NO_BLOCK ? 0 : weights[n][blocks[n]];
        }
        return cost;
    }

    /** SFLAM's problem (32) with virtual vertices, by ojAlgo. */
    private static double relaxed(double[][] weights) {
        int size = Math.max(weights.length, weights[0].length);
        ExpressionsBasedModel model = new ExpressionsBasedModel();
        Expression[] rows = new Expression[size];
        Expression[] columns = new Expression[size];
        for (int i = 0; i < size; i++) {
            rows[i] = model.newExpression("device" + i).level(1);
            columns[i] = model.newExpression("block" + i).level(1);
        }
        for (int n = 0; n < size; n++) {
            for (int k = 0; k < size; k++) {
                double weight = n < weights.length && k < weights[0].length ? weights[n][k] : 0;
                Variable x =
                        model.newVariable("x" + n + "," + k).lower(0).upper(1).weight(weight);
                rows[n].set(x, 1);
                columns[k].set(x, 1);
            }
        }
        Optimisation.Result result = model.minimise();
        assertThat(result.getState().isOptimal()).isTrue();
        return result.getValue();
    }
}
