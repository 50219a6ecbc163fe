package io.splittune.cli.scenario;

/**
 * Quality of the channel.
 *
 * @param kind fixed, rayleigh, pathloss, cqi or trace
 * @param snrDb uplink
 * @param serverSnrDb downlink
 */
public record ChannelSection(
        @Key(value = "fixed | rayleigh | pathloss | cqi | trace", byDefault = "fixed")
        Kind kind,

        @Key(value = "Signal to noise ratio from device to server, in dB.", byDefault = "17", min = -100, max = 100)
        double snrDb,

        @Key(value = "Signal to noise ratio from server to device, in dB.", byDefault = "17", min = -100, max = 100)
        double serverSnrDb) {
    /** Kinds of channel. */
    public enum Kind {
        /** Always the same. */
        FIXED,
        /** Rayleigh fading, drawn each round. */
        RAYLEIGH,
        /** From distance. */
        PATHLOSS,
        /** From channel quality indicators. */
        CQI,
        /** Read from a file. */
        TRACE
    }
}
