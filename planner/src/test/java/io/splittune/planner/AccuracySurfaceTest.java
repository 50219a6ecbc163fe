package io.splittune.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import org.junit.jupiter.api.Test;

class AccuracySurfaceTest {
    @Test
    void theFitIsThatOfNumPy() {
        List<Map<String, double[]>> rows = Golden.rows("surface.csv");
        assertThat(rows).hasSize(36);
        AccuracySurface surface = AccuracySurface.fit(rows.stream()
                .map(row -> new AccuracyPoint(
                        Golden.number(row, "keep"), (int) Golden.number(row, "levels"), Golden.number(row, "accuracy")))
                .toList());
        for (Map<String, double[]> row : rows) {
            assertThat(surface.at(Golden.number(row, "keep"), (int) Golden.number(row, "levels")))
                    .isCloseTo(Golden.number(row, "fitted"), within(1e-10));
        }
        double error = Golden.number(rows.get(0), "meanSquaredError");
        assertThat(surface.meanSquaredError()).isCloseTo(error, within(1e-9 * error));
    }

    @Test
    void aCubicInKeepAndBitsIsFoundExactly() {
        DoubleBinaryOperator cubic = (keep, bits) -> 0.4
                + keep
                - 0.3 * keep * keep * keep
                + 0.05 * bits
                - 0.01 * keep * bits * bits
                + 0.0002 * bits * bits * bits;
        AccuracySurface surface = AccuracySurface.fit(grid(cubic, new int[] {1, 3, 7, 15, 255}));
        assertThat(surface.meanSquaredError()).isLessThan(1e-20);
        assertThat(surface.at(0.33, 31)).isCloseTo(cubic.applyAsDouble(0.33, 5), within(1e-9));
    }

    @Test
    void tooFewPointsAreRefused() {
        assertThatThrownBy(() -> AccuracySurface.fit(grid((keep, bits) -> 1, new int[] {1})))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A cubic surface needs at least 10 points, there are 5.");
    }

    @Test
    void pointsThatDoNotDetermineACubicAreRefused() {
        assertThatThrownBy(() -> AccuracySurface.fit(grid((keep, bits) -> keep, new int[] {1, 3, 7})))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The points do not determine a cubic surface: "
                        + "they need four keeps and four numbers of levels.");
    }

    private static List<AccuracyPoint> grid(DoubleBinaryOperator accuracy, int[] levels) {
        List<AccuracyPoint> points = new ArrayList<>();
        for (double keep : new double[] {0.1, 0.2, 0.4, 0.7, 1}) {
            for (int level : levels) {
                double bits = Math.log(level + 1.0) / Math.log(2);
                points.add(new AccuracyPoint(keep, level, accuracy.applyAsDouble(keep, bits)));
            }
        }
        return points;
    }
}
