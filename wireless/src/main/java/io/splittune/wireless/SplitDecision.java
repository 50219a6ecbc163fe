package io.splittune.wireless;

import io.splittune.core.Check;

/**
 * What a planner decides for a device.
 *
 * <p>Slip: SFT calls beta a "sparsification ratio" at eq. (13); it is what all of compression leaves, frame over raw
 * fp32 bytes.
 *
 * @param cut l, blocks on the device, not negative
 * @param activationRatio beta of activations, in (0, 1]
 * @param gradientRatio beta of gradients, in (0, 1]
 * @param bandwidthHz b, positive
 */
public record SplitDecision(int cut, double activationRatio, double gradientRatio, double bandwidthHz) {
    /** Checks the ranges. */
    public SplitDecision {
        Check.notNegative(cut, "cut");
        checkRatio(activationRatio, "activationRatio");
        checkRatio(gradientRatio, "gradientRatio");
        Check.positive(bandwidthHz, "bandwidthHz");
    }

    static void checkRatio(double ratio, String name) {
        Check.require(ratio > 0 && ratio <= 1, "%s (%s) must lie in (0, 1]: frame bytes over raw bytes.", name, ratio);
    }
}
