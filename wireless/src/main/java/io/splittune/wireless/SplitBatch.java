package io.splittune.wireless;

import io.splittune.core.Check;

/**
 * What a mini-batch costs when only the embedding is on the device: the constants of SFLAM eq. (9), (11) and (13).
 *
 * @param deviceOperations b phi_c, operations on the device, not negative
 * @param serverOperations b phi_s, operations on the server, not negative
 * @param activationBits S, the activation in fp32, positive
 * @param countSignBits whether a sign bit of every value is charged beside its q bits; SFLAM drops them as "much
 *     smaller", which they are not: at q = 4 they are a fifth of what is sent
 */
public record SplitBatch(
        double deviceOperations, double serverOperations, double activationBits, boolean countSignBits) {
    /** Bits of a value that is not quantised. */
    public static final int UNQUANTISED = 32;

    /** Checks the ranges. */
    public SplitBatch {
        Check.notNegative(deviceOperations, "deviceOperations");
        Check.notNegative(serverOperations, "serverOperations");
        Check.positive(activationBits, "activationBits");
    }

    /**
     * Returns the bits that are sent: {@code (q + 1) / 32 S}, or {@code q / 32 S} without signs.
     *
     * <p>Source: SFLAM eq. (13), reconstructed: the paper's formula is lost in the text we have. It leaves out the two
     * bounds of the range, 64 bits a tensor.
     *
     * @param bits q, from 1 to 31, or {@link #UNQUANTISED}, which sends S
     */
    public double sentBits(int bits) {
        Check.inRange(bits, 1, UNQUANTISED, "bits");
        if (bits == UNQUANTISED) {
            return activationBits;
        }
        return activationBits * (countSignBits ? bits + 1 : bits) / UNQUANTISED;
    }
}
