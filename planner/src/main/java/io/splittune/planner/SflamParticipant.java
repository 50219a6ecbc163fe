package io.splittune.planner;

/**
 * A device's part in a round of SFLAM.
 *
 * @param device its index in the problem
 * @param id its name
 * @param block the resource block, from 0
 * @param bits q
 * @param powerWatts p
 * @param computeSeconds on the device, eq. (9), over the round's mini-batches
 * @param uploadSeconds eq. (14)
 * @param serverSeconds eq. (11)
 * @param computeJoules of the device's processor, eq. (10)
 * @param uploadJoules of its radio, eq. (15)
 * @param utility its term of U
 */
public record SflamParticipant(
        int device,
        String id,
        int block,
        int bits,
        double powerWatts,
        double computeSeconds,
        double uploadSeconds,
        double serverSeconds,
        double computeJoules,
        double uploadJoules,
        double utility) {
    /** Returns T_n, eq. (16). */
    public double delaySeconds() {
        return computeSeconds + uploadSeconds + serverSeconds;
    }

    /** Returns E_n, eq. (17). */
    public double joules() {
        return computeJoules + uploadJoules;
    }
}
