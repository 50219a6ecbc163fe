package io.splittune.transport;

import io.splittune.core.Check;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a device measured of itself in one round.
 *
 * @param computeSeconds time spent computing, finite and not negative
 * @param waitSeconds time spent waiting for the server, finite and not negative
 * @param residentBytes resident memory of the process at its highest, 0 when unknown
 * @param measures anything else by name, finite values; copied, in order of name
 */
public record DeviceReport(
        double computeSeconds, double waitSeconds, long residentBytes, Map<String, Double> measures) {
    /** Checks the ranges and copies the measures. */
    public DeviceReport {
        Check.notNegative(computeSeconds, "computeSeconds");
        Check.notNegative(waitSeconds, "waitSeconds");
        Check.notNegative(residentBytes, "residentBytes");
        Check.inRange(measures.size(), 0, SessionProtocol.MAX_ENTRIES, "number of measures");
        measures = Collections.unmodifiableSortedMap(new TreeMap<>(measures));
        measures.forEach((name, value) ->
                Check.require(Double.isFinite(value), "measures: %s (%s) must be finite.", name, value));
    }

    /** A report without further measures. */
    public DeviceReport(double computeSeconds, double waitSeconds, long residentBytes) {
        this(computeSeconds, waitSeconds, residentBytes, Map.of());
    }
}
