package io.splittune.wireless;

import io.splittune.core.Check;
import java.util.List;

/**
 * Devices and server of SFLAM's simulations.
 *
 * @param devices clock, cores, p_max as {@code txPowerWatts}; at least one
 * @param distancesMetres to the server, one per device
 * @param samples D_n, one per device, positive
 * @param server where everything behind the embedding runs
 */
public record SflamFleet(List<Device> devices, List<Double> distancesMetres, List<Integer> samples, EdgeServer server) {
    /** Copies and checks. */
    public SflamFleet {
        devices = List.copyOf(devices);
        distancesMetres = List.copyOf(distancesMetres);
        samples = List.copyOf(samples);
        Check.require(!devices.isEmpty(), "A fleet needs at least one device.");
        Check.require(
                distancesMetres.size() == devices.size() && samples.size() == devices.size(),
                "distancesMetres (%s) and samples (%s) must have one entry per device (%s).",
                distancesMetres.size(),
                samples.size(),
                devices.size());
        samples.forEach(count -> Check.positive(count, "samples"));
        distancesMetres.forEach(metres -> Check.positive(metres, "distancesMetres"));
    }

    /** Returns the first devices of the fleet with the same server. */
    public SflamFleet first(int count) {
        Check.inRange(count, 1, devices.size(), "count");
        return new SflamFleet(
                devices.subList(0, count), distancesMetres.subList(0, count), samples.subList(0, count), server);
    }
}
