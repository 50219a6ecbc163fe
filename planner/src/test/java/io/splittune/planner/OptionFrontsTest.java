package io.splittune.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.splittune.testkit.Property;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OptionFrontsTest {
    @Test
    void theOptimumIsSciPysOverAllAssignments() {
        List<Map<String, double[]>> rows = Golden.rows("fronts.csv");
        assertThat(rows).hasSize(7);
        for (Map<String, double[]> row : rows) {
            int devices = (int) Golden.number(row, "devices");
            int options = (int) Golden.number(row, "options");
            double[] zeros = new double[devices];
            BandwidthDemand limits = new BandwidthDemand(
                    zeros,
                    zeros,
                    Golden.number(row, "minimumHz"),
                    Golden.numbers(row, "capsHz"),
                    Golden.number(row, "totalHz"));
            OptionFronts fronts = new OptionFronts(
                    folded(Golden.numbers(row, "fixedSeconds"), options),
                    folded(Golden.numbers(row, "workHzSeconds"), options),
                    limits);
            OptionFronts.Bracket bracket = fronts.bisect(fronts.equalShareSeconds());
            double seconds = Golden.number(row, "seconds");
            assertThat(bracket.possibleSeconds()).isCloseTo(seconds, within(1e-11 * seconds));
            assertThat(bracket.impossibleSeconds()).isCloseTo(seconds, within(1e-11 * seconds));
        }
    }

    @Test
    void pruningLosesNoBestOption() {
        Property.forAll(500, random -> {
            int options = 1 + random.nextInt(12);
            double[] fixed = random.doubles(options, 1, 10).map(Math::rint).toArray();
            double[] work = random.doubles(options, 1, 10).map(Math::rint).toArray();
            OptionFronts fronts = new OptionFronts(
                    new double[][] {fixed},
                    new double[][] {work},
                    new BandwidthDemand(new double[1], new double[1], 1e-6, new double[] {1e6}, 1e6));
            double seconds = 1.5 + 20 * random.nextDouble();
            double least = Double.POSITIVE_INFINITY;
            for (int i = 0; i < options; i++) {
                least = Math.min(least, BandwidthDemand.neededHz(work[i], seconds - fixed[i]));
            }
            int choice = fronts.choice(0, seconds);
            assertThat(BandwidthDemand.neededHz(work[choice], seconds - fixed[choice]))
                    .isEqualTo(least);
        });
    }

    private static double[][] folded(double[] values, int columns) {
        double[][] rows = new double[values.length / columns][];
        for (int n = 0; n < rows.length; n++) {
            rows[n] = Arrays.copyOfRange(values, n * columns, (n + 1) * columns);
        }
        return rows;
    }
}
