package io.splittune.cli.scenario;

/**
 * The wireless network, in virtual time.
 *
 * @param bandwidthHz shared by all devices
 * @param minBandwidthPerDeviceHz floor for one device
 * @param maxBandwidthPerDeviceHz cap for one device
 * @param resourceBlocks of equal width that the band is cut into
 * @param channel its quality
 */
public record NetworkSection(
        @Key(value = "Bandwidth shared by all devices, in hertz.", byDefault = "30.0e6", above = 0)
        double bandwidthHz,

        @Key(value = "The least that one device may get, in hertz.", byDefault = "1.0e3", above = 0)
        double minBandwidthPerDeviceHz,

        @Key(value = "The most that one device may get, in hertz.", byDefault = "30.0e6", above = 0)
        double maxBandwidthPerDeviceHz,

        @Key(
                value = "Resource blocks of equal width, for planners that give each device of a round one of them.",
                byDefault = "10",
                min = 1)
        int resourceBlocks,

        @Key(value = "Quality of the channel.", byDefault = "{}")
        ChannelSection channel) {}
