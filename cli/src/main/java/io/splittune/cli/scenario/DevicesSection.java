package io.splittune.cli.scenario;

import java.util.List;
import java.util.Optional;

/**
 * The devices.
 *
 * @param count how many
 * @param hardware shared default
 * @param list one entry per device, each key overriding the shared default
 */
public record DevicesSection(
        @Key(value = "Number of devices; the length of list when that is given.", byDefault = "8", min = 1)
        int count,

        @Key(value = "Hardware of a device.", byDefault = "{}")
        HardwareSection hardware,

        @Key("One entry per device, each key overriding the shared hardware.")
        Optional<List<DeviceEntry>> list) {}
