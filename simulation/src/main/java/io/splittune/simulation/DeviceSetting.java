package io.splittune.simulation;

import static io.splittune.core.Check.notNegative;
import static io.splittune.core.Check.positive;

/**
 * A device's cut and compression as far as costs depend on them.
 *
 * @param cut blocks on the device; 0 in schemes that do not split
 * @param activationRatio beta of the uplink: frame bytes over raw bytes, above 0; a tiny tensor's may be above 1
 * @param gradientRatio beta of the downlink, above 0
 */
public record DeviceSetting(int cut, double activationRatio, double gradientRatio) {
    /**
     * Validates.
     *
     * @throws IllegalArgumentException if a value is NaN or out of its range
     */
    public DeviceSetting {
        notNegative(cut, "cut");
        positive(activationRatio, "activationRatio");
        positive(gradientRatio, "gradientRatio");
    }

    /** Returns a setting without compression. */
    public static DeviceSetting uncompressed(int cut) {
        return new DeviceSetting(cut, 1, 1);
    }
}
