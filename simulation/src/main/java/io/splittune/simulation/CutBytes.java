package io.splittune.simulation;

import io.splittune.core.Check;

/**
 * Bytes that crossed a cut.
 *
 * @param rawBytes fp32 size of the activations; the gradients have the same
 * @param activationFrameBytes their frames, all bytes counted
 * @param gradientFrameBytes the gradients' frames, all bytes counted
 */
public record CutBytes(long rawBytes, long activationFrameBytes, long gradientFrameBytes) {
    /** Validates. */
    public CutBytes {
        Check.positive(rawBytes, "rawBytes");
        Check.positive(activationFrameBytes, "activationFrameBytes");
        Check.positive(gradientFrameBytes, "gradientFrameBytes");
    }

    /** Returns beta of the uplink: frame bytes over raw bytes. A tiny tensor's frame may be larger than the tensor. */
    public double activationRatio() {
        return (double) activationFrameBytes / rawBytes;
    }

    /** Returns beta of the downlink. */
    public double gradientRatio() {
        return (double) gradientFrameBytes / rawBytes;
    }
}
