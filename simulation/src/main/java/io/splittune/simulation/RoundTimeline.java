package io.splittune.simulation;

import java.util.List;

/**
 * A simulated round.
 *
 * @param devices in the order given
 * @param seconds until the last adapter was back, or the deadline when one never came: SFT eq. (19)
 * @param serverBusySeconds time that the server computed; of devices that it serves at the same time, the sum
 */
public record RoundTimeline(List<DeviceTimeline> devices, double seconds, double serverBusySeconds) {
    /** Copies the list. */
    public RoundTimeline {
        devices = List.copyOf(devices);
    }
}
