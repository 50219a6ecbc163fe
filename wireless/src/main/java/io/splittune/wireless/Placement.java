package io.splittune.wireless;

import io.splittune.core.Check;
import io.splittune.core.RandomStreams;

/**
 * Where a device stands and how loudly it speaks.
 *
 * @param distanceMetres to the base station along the ground, positive
 * @param txPowerWatts of the device over the whole band, positive
 */
public record Placement(double distanceMetres, double txPowerWatts) {
    /** Checks the ranges. */
    public Placement {
        Check.positive(distanceMetres, "distanceMetres");
        Check.positive(txPowerWatts, "txPowerWatts");
    }

    /**
     * Draws a place uniformly over the area of a ring around the base station.
     *
     * @param deviceIndex keys the draw
     * @param nearestMetres inner radius, positive
     * @param farthestMetres outer radius, not below the inner
     * @param txPowerWatts of the device
     * @param streams where the draw comes from
     */
    public static Placement drawn(
            int deviceIndex, double nearestMetres, double farthestMetres, double txPowerWatts, RandomStreams streams) {
        Check.positive(nearestMetres, "nearestMetres");
        Check.inRange(farthestMetres, nearestMetres, Double.MAX_VALUE, "farthestMetres");
        double uniform = ChannelDraw.DISTANCE.open(streams, deviceIndex, 0).nextDouble();
        double inner = nearestMetres * nearestMetres;
        return new Placement(Math.sqrt(inner + uniform * (farthestMetres * farthestMetres - inner)), txPowerWatts);
    }
}
