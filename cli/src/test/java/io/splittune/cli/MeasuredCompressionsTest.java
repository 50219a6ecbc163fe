package io.splittune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.splittune.simulation.CalibrationTable;
import org.junit.jupiter.api.Test;

class MeasuredCompressionsTest {
    private static final double ROUNDING = 1e-9;

    private final MeasuredCompressions measured = new MeasuredCompressions(Calibrations.table());

    @Test
    void betweenPointsRatiosAreLinearInKeepAndBits() {
        // 5 intervals lie between 3 (2 bits) and 7 (3 bits); the formula is linear in bits too.
        for (double keep : new double[] {0.1, 0.15, 0.35, 1}) {
            for (int levels : new int[] {1, 2, 5, 15}) {
                MeasuredCompressions.Measured point = measured.at(keep, levels).orElseThrow();
                assertThat(point.activationRatio())
                        .isCloseTo(Calibrations.activationRatio(keep, levels), within(ROUNDING));
                assertThat(point.gradientRatio()).isCloseTo(Calibrations.gradientRatio(keep, levels), within(ROUNDING));
                assertThat(point.accuracy()).isCloseTo(Calibrations.accuracy(keep, levels), within(ROUNDING));
            }
        }
    }

    @Test
    void nothingIsKnownOutsideOfWhatWasMeasured() {
        assertThat(measured.at(0.09, 7)).isEmpty();
        assertThat(measured.at(0.5, 16)).isEmpty();
    }

    @Test
    void aGridTooSmallForTheSurfaceIsInterpolated() {
        CalibrationTable all = Calibrations.table();
        CalibrationTable few = new CalibrationTable(
                all.model(),
                all.cut(),
                all.coder(),
                all.shareMask(),
                all.uncompressedAccuracy(),
                all.points().stream()
                        .filter(point -> point.keep() >= 0.5 && point.levels() <= 3)
                        .toList());
        MeasuredCompressions small = new MeasuredCompressions(few);
        assertThat(small.surface()).isEmpty();
        assertThat(small.at(0.75, 3).orElseThrow().accuracy())
                .isCloseTo(Calibrations.accuracy(0.75, 3), within(ROUNDING));
    }
}
