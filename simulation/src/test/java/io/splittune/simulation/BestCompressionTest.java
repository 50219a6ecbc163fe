package io.splittune.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.splittune.codec.Coder;
import io.splittune.testkit.Property;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BestCompressionTest {
    private static final CalibrationPoint SMALL = new CalibrationPoint(0.1, 3, 0.03, 0.01, 0.8);
    private static final CalibrationPoint BEATEN = new CalibrationPoint(0.05, 255, 0.05, 0.03, 0.7);
    private static final CalibrationPoint LARGE = new CalibrationPoint(0.3, 15, 0.1, 0.08, 1);

    private final BestCompression best = best(List.of(LARGE, BEATEN, SMALL));

    @Test
    void atAMeasuredRatioTheBestMeasuredPointIsChosen() {
        assertThat(best.front()).containsExactly(SMALL, LARGE);
        assertThat(best.at(0.02)).contains(new BestCompression.Choice(0.1, 3, 0.8));
        assertThat(best.at(0.09)).contains(new BestCompression.Choice(0.3, 15, 1));
        assertThat(best.at(0.5)).contains(new BestCompression.Choice(0.3, 15, 1));
    }

    @Test
    void betweenTwoPointsTheChoiceIsLinearAndLevelsAreRoundedDown() {
        BestCompression.Choice choice = best.at(0.02 + 0.3 * 0.07).orElseThrow();
        assertThat(choice.keep()).isCloseTo(0.16, within(1e-12));
        assertThat(choice.levels()).isEqualTo(6);
        assertThat(choice.accuracy()).isCloseTo(0.86, within(1e-12));
    }

    @Test
    void belowTheSmallestRatioThereIsNoChoice() {
        assertThat(best.at(0.019)).isEmpty();
        assertThatThrownBy(() -> best.at(Double.NaN)).hasMessage("beta (NaN) must be finite and > 0.");
        assertThatThrownBy(() -> best.at(0)).hasMessage("beta (0.0) must be finite and > 0.");
    }

    @Test
    void accuracyNeverFallsAsTheRatioGrowsAndNoMeasuredPointBeatsTheChoice() {
        Property.forAll(200, random -> {
            List<CalibrationPoint> points = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(20); i++) {
                points.add(new CalibrationPoint(
                        random.nextDouble(0.01, 1),
                        i + 1,
                        random.nextDouble(0.01, 0.5),
                        random.nextDouble(0.01, 0.5),
                        random.nextDouble()));
            }
            BestCompression of = best(points);
            double previous = 0;
            for (double beta = 0.01; beta < 0.6; beta += 0.01) {
                double accuracy =
                        of.at(beta).map(BestCompression.Choice::accuracy).orElse(0.0);
                assertThat(accuracy).isGreaterThanOrEqualTo(previous);
                for (CalibrationPoint point : points) {
                    if (point.ratio() <= beta) {
                        assertThat(accuracy).isGreaterThanOrEqualTo(point.accuracy() - 1e-12);
                    }
                }
                previous = accuracy;
            }
        });
    }

    private static BestCompression best(List<CalibrationPoint> points) {
        return new BestCompression(new CalibrationTable("m", 3, Coder.GOLOMB, true, 0.9, points));
    }
}
