package io.splittune.wireless;

import java.util.List;

/**
 * A round of a training scheme.
 *
 * @param devices each device's phases, in the order of the devices
 * @param bandwidthsHz the band each device had while it sent, in the same order
 * @param seconds the round's delay; how it follows from the devices' is the scheme's
 */
public record SchemeRound(List<PhaseSeconds> devices, List<Double> bandwidthsHz, double seconds) {
    /** Copies the lists. */
    public SchemeRound {
        devices = List.copyOf(devices);
        bandwidthsHz = List.copyOf(bandwidthsHz);
    }

    static SchemeRound parallel(List<PhaseSeconds> devices, List<Double> bandwidthsHz) {
        double slowest = devices.stream().mapToDouble(PhaseSeconds::total).max().orElse(0);
        return new SchemeRound(devices, bandwidthsHz, slowest);
    }
}
