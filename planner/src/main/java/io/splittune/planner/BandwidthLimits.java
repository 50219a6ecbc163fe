package io.splittune.planner;

/** What a division of the band must keep. */
interface BandwidthLimits {
    /** Returns the least share of every device, positive. */
    double minimumHz();

    /** Returns the greatest share of a device, at most the band. */
    double capHz(int device);

    /** Returns W. */
    double totalHz();
}
