package io.splittune.training;

import io.splittune.model.HalfRange;
import io.splittune.transport.Blob;
import java.io.IOException;

/**
 * Hands a device its half of the frozen weights, or only their hash when it has them. Thread-safe.
 *
 * <p>SFT Algorithm 1, line 2: the base station broadcasts blocks 1 to l, once. Where the cut moves, l is the greatest that
 * is announced ({@link RoundPolicy#greatestCut}).
 */
public interface WeightDistribution {
    /** For devices that share the server's process and its weights: there is nothing to hand out. */
    WeightDistribution SHARED = new WeightDistribution() {
        @Override
        public String hash(HalfRange range) {
            return "";
        }

        @Override
        public Blob weights(HalfRange range) {
            throw new IllegalStateException("Devices in the server's process share its weights.");
        }

        @Override
        public boolean anyCut() {
            return true;
        }
    };

    /** Returns the SHA-256 of a half's weights as a device would hash its own; empty when there is nothing to send. */
    String hash(HalfRange range) throws IOException;

    /** Returns a half's weights as one stream. */
    Blob weights(HalfRange range) throws IOException;

    /** Returns whether a device can compute any block, so that its cut need not be announced. */
    default boolean anyCut() {
        return false;
    }
}
