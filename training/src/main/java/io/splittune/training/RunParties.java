package io.splittune.training;

import io.splittune.core.Check;
import java.util.List;

/**
 * Who takes part in a split run and what they are told.
 *
 * @param deviceIds the devices' names; a device's index is its place in this list
 * @param configuration what every device is told, opaque to the protocol; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record RunParties(List<String> deviceIds, byte[] configuration) {
    /** Copies the list. */
    public RunParties {
        deviceIds = List.copyOf(deviceIds);
        Check.require(!deviceIds.isEmpty(), "A run needs at least one device.");
        Check.require(
                deviceIds.stream().distinct().count() == deviceIds.size(), "Device ids must differ: %s.", deviceIds);
    }
}
