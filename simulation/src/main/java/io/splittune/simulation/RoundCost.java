package io.splittune.simulation;

import io.splittune.wireless.PhaseSeconds;
import io.splittune.wireless.RoundEnergy;
import java.util.List;

/**
 * What a round costs.
 *
 * @param virtualSeconds until the server has all that it waits for
 * @param energy of all devices and the server
 * @param phases of the slowest device; of schemes that work one after another, the sum over devices
 * @param bytes over the air, of all devices
 * @param devices each device's part, by index
 */
public record RoundCost(
        double virtualSeconds, RoundEnergy energy, PhaseSeconds phases, PhaseBytes bytes, List<DeviceCost> devices) {
    /** Copies the list. */
    public RoundCost {
        devices = List.copyOf(devices);
    }

    /** Returns how many devices took part. */
    public int participants() {
        return (int) devices.stream().filter(DeviceCost::participated).count();
    }
}
