package io.splittune.wireless;

/** Median loss over distance, and how the surroundings spread it. All implementations are immutable. */
public sealed interface PathLoss permits LogDistancePathLoss, UrbanPathLoss {
    /**
     * Returns the loss without shadowing, in dB.
     *
     * @param distanceMetres along the ground
     * @param lineOfSight whether nothing stands between
     * @throws IllegalArgumentException if the model does not hold at this distance
     */
    double medianDb(double distanceMetres, boolean lineOfSight);

    /** Returns the probability that nothing stands between, in [0, 1]. */
    double lineOfSightProbability(double distanceMetres);

    /** Returns the standard deviation of log-normal shadowing, in dB. */
    double shadowingDb(boolean lineOfSight);
}
