package io.splittune.training;

import io.splittune.codec.FloatFormat;
import io.splittune.core.Check;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * A device's part in one round.
 *
 * @param cut number of blocks on the device: 0, the embedding alone, under {@link Scheme#SFLAM}; otherwise from 1 to one
 *     less than the model has
 * @param compression of activations and gradients; used by schemes that compress
 * @param participates whether the device trains in the round; otherwise it stays connected, is sent nothing of the
 *     training, and is left out of the average
 * @param participationProbability p_n in (0, 1], how likely the device was to take part before that was decided; where
 *     the devices of a round have one, their results are averaged by SFLAM eq. (6), else by samples alone. Used by schemes
 *     that average
 */
public record DeviceDecision(
        int cut, CutCompression compression, boolean participates, OptionalDouble participationProbability) {
    /** Validates. */
    public DeviceDecision {
        Check.notNegative(cut, "cut");
        Objects.requireNonNull(compression, "compression");
        participationProbability.ifPresent(probability -> Check.require(
                probability > 0 && probability <= 1, "participationProbability (%s) must lie in (0, 1].", probability));
    }

    /** Makes a decision whose result is averaged by samples alone. */
    public DeviceDecision(int cut, CutCompression compression, boolean participates) {
        this(cut, compression, participates, OptionalDouble.empty());
    }

    /** Returns the same decision with another compression. */
    public DeviceDecision withCompression(CutCompression other) {
        return new DeviceDecision(cut, other, participates, participationProbability);
    }

    /** Returns the decision as a scheme carries it out: without compression where the scheme has none. */
    DeviceDecision under(Scheme scheme) {
        return scheme.compresses() ? this : withCompression(CutCompression.none(FloatFormat.FP32));
    }
}
