package io.splittune.simulation;

import static io.splittune.core.Check.inRange;
import static io.splittune.core.Check.notNegative;
import static io.splittune.core.Check.positive;
import static io.splittune.core.Check.require;

import io.splittune.codec.Compression;

/**
 * One measured compression.
 *
 * @param keep rho, the kept fraction, in (0, 1]
 * @param levels E, at least 1
 * @param activationRatio beta of the uplink: frame bytes over raw fp32 bytes, above 0
 * @param gradientRatio beta of the downlink, above 0
 * @param accuracy of a short training with it, as a fraction of that of the same training without compression; above 1 when
 *     compression did good
 */
public record CalibrationPoint(double keep, int levels, double activationRatio, double gradientRatio, double accuracy) {
    /**
     * Validates.
     *
     * @throws IllegalArgumentException if a value is NaN or out of its range
     */
    public CalibrationPoint {
        require(keep > 0 && keep <= 1, "keep (%s) must lie in (0, 1].", keep);
        inRange(levels, 1, Compression.MAX_LEVELS, "levels");
        positive(activationRatio, "activationRatio");
        positive(gradientRatio, "gradientRatio");
        notNegative(accuracy, "accuracy");
    }

    /** Returns beta of both directions together: all frame bytes over all raw bytes. */
    public double ratio() {
        return (activationRatio + gradientRatio) / 2;
    }
}
