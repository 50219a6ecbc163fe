package io.splittune.training;

import io.splittune.codec.FloatFormat;
import io.splittune.core.Check;

/**
 * A device's part in one round.
 *
 * @param cut number of blocks on the device, from 1 to one less than the model has
 * @param compression of activations and gradients; used by schemes that compress
 * @param participates whether the device trains in the round; otherwise it stays connected, is sent nothing of the
 *     training, and is left out of the average
 */
public record DeviceDecision(int cut, CutCompression compression, boolean participates) {
    /** Validates. */
    public DeviceDecision {
        Check.positive(cut, "cut");
    }

    /** Returns the decision as a scheme carries it out: without compression where the scheme has none. */
    DeviceDecision under(Scheme scheme) {
        return scheme.compresses()
                ? this
                : new DeviceDecision(cut, CutCompression.none(FloatFormat.FP32), participates);
    }
}
