package io.splittune.planner;

/**
 * Divides a band among devices: subproblem P2 of SFT, eq. (29).
 *
 * <p>All implementations keep every device between the demand's minimum and its cap, and give away the whole band
 * unless all caps bind (eq. 27f, 27g).
 */
@FunctionalInterface
public interface BandwidthAllocation {
    /**
     * Divides the band.
     *
     * @param demand what each device gains from bandwidth, and the limits
     * @return hertz of each device, in the demand's order; the caller's own
     */
    double[] allocate(BandwidthDemand demand);
}
