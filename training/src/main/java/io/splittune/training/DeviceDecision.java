package io.splittune.training;

import io.splittune.core.Check;

/**
 * A device's part in one round.
 *
 * @param cut number of blocks on the device, from 1 to one less than the model has
 * @param compression of activations and gradients
 */
public record DeviceDecision(int cut, CutCompression compression) {
    /** Validates. */
    public DeviceDecision {
        Check.positive(cut, "cut");
    }
}
