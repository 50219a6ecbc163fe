package io.splittune.cli.scenario;

import java.util.Optional;

/**
 * Quality of the channel. Keys of another kind than the one that is given are refused.
 *
 * @param kind fixed, rayleigh, pathloss, cqi or trace
 * @param snrDb uplink
 * @param serverSnrDb downlink
 * @param model of the path loss
 * @param distanceMetres of a device from the server, or a ring to draw its place from
 * @param exponent of log-distance
 * @param referenceDb loss at the reference distance
 * @param referenceMetres the reference distance
 * @param carrierHz of uma and umi
 * @param lineOfSight how it is settled in uma and umi
 * @param shadowing whether buildings are in the way
 * @param fading whether Rayleigh fading comes on top of the path loss
 * @param noiseDbmPerHz thermal noise
 * @param noiseFigureDb of the receivers
 * @param mean of the uplink's CQI
 * @param serverMean of the downlink's CQI
 * @param deviation of the CQI
 * @param file of a trace
 * @param repeat whether a trace begins anew after its last round
 */
public record ChannelSection(
        @Key(
                value =
                        "fixed: always the same; rayleigh: fading drawn each round; pathloss: from distance; cqi: rates of "
                                + "the sixteen channel quality indicators; trace: recorded.",
                byDefault = "fixed")
        Kind kind,

        @Key(
                value = "Signal to noise ratio from device to server, in dB; its mean when it fades.",
                byDefault = "17",
                min = -100,
                max = 100,
                when = {"kind=fixed|rayleigh|cqi", "mean="})
        Optional<Double> snrDb,

        @Key(
                value = "Signal to noise ratio from server to device, in dB; its mean when it fades.",
                byDefault = "17",
                min = -100,
                max = 100,
                when = {"kind=fixed|rayleigh|cqi", "mean="})
        Optional<Double> serverSnrDb,

        @Key(
                value = "Path loss: log-distance, or 3GPP TR 38.901's urban macro (uma) or micro cell (umi).",
                byDefault = "log-distance",
                when = "kind=pathloss")
        Optional<Model> model,

        @Key(
                value =
                        "Distance of each device from the server in metres; [a, b]: drawn uniformly over the ring's area.",
                byDefault = "[50, 500]",
                above = 0,
                when = "kind=pathloss")
        Optional<Span> distanceMetres,

        @Key(
                value = "Path loss exponent.",
                byDefault = "3.76",
                above = 0,
                max = 10,
                when = {"kind=pathloss", "model=log-distance"})
        Optional<Double> exponent,

        @Key(
                value = "Path loss at referenceMetres, in dB.",
                byDefault = "128.1",
                min = 0,
                max = 300,
                when = {"kind=pathloss", "model=log-distance"})
        Optional<Double> referenceDb,

        @Key(
                value = "Where the path loss is referenceDb, in metres.",
                byDefault = "1000",
                above = 0,
                when = {"kind=pathloss", "model=log-distance"})
        Optional<Double> referenceMetres,

        @Key(
                value = "Carrier frequency in hertz.",
                byDefault = "3.5e9",
                min = 0.5e9,
                max = 100e9,
                when = {"kind=pathloss", "model=uma|umi"})
        Optional<Double> carrierHz,

        @Key(
                value = "Whether a device sees the base station: drawn by its distance, always or never.",
                byDefault = "drawn",
                when = {"kind=pathloss", "model=uma|umi"})
        Optional<Sight> lineOfSight,

        @Key(
                value =
                        "Log-normal shadowing, drawn once for each device: 8 dB for log-distance, TR 38.901's otherwise.",
                byDefault = "true",
                when = "kind=pathloss")
        Optional<Boolean> shadowing,

        @Key(
                value = "Rayleigh fading on top of the path loss, drawn each round.",
                byDefault = "true",
                when = "kind=pathloss")
        Optional<Boolean> fading,

        @Key(value = "Thermal noise in dBm per hertz.", byDefault = "-174", min = -250, max = 0, when = "kind=pathloss")
        Optional<Double> noiseDbmPerHz,

        @Key(
                value = "What the receivers add to the noise, in dB.",
                byDefault = "7",
                min = 0,
                max = 50,
                when = "kind=pathloss")
        Optional<Double> noiseFigureDb,

        @Key(
                value = "Mean CQI from device to server; left out: the CQI that snrDb reaches under Rayleigh fading.",
                min = 0,
                max = 15,
                when = "kind=cqi")
        Optional<Double> mean,

        @Key(
                value = "Mean CQI from server to device; that of the other direction when left out.",
                min = 0,
                max = 15,
                when = {"kind=cqi", "mean=*"})
        Optional<Double> serverMean,

        @Key(
                value = "Standard deviation of the CQI from round to round.",
                byDefault = "2",
                min = 0,
                max = 15,
                when = {"kind=cqi", "mean=*"})
        Optional<Double> deviation,

        @Key(
                value =
                        "Recorded channel: CSV with the columns round,device,uplinkSnrDb and, if wanted, downlinkSnrDb.",
                file = true,
                when = "kind=trace")
        Optional<String> file,

        @Key(
                value = "Whether a trace begins anew after its last round; otherwise more rounds are refused.",
                byDefault = "false",
                when = "kind=trace")
        Optional<Boolean> repeat) {
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

    /** Models of path loss. */
    public enum Model {
        /** A power of the distance. */
        LOG_DISTANCE,
        /** Urban macro cell. */
        UMA,
        /** Urban micro cell. */
        UMI
    }

    /** How line of sight is settled. */
    public enum Sight {
        /** By its probability at the device's distance. */
        DRAWN,
        /** Every device has it. */
        ALWAYS,
        /** No device has it. */
        NEVER
    }
}
