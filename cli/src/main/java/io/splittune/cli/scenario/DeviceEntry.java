package io.splittune.cli.scenario;

import java.util.Optional;

/**
 * One device's own values; one left out is the shared one.
 *
 * @param profile built-in hardware that gives what is left out
 * @param cores number of cores
 * @param flopsPerCycle of a core
 * @param clockHz clock, or a range to draw it from
 * @param memoryBytes memory
 * @param maxPowerWatts transmit power
 * @param switchedCapacitance kappa
 * @param snrDb uplink
 * @param serverSnrDb downlink
 * @param distanceMetres from the server
 * @param samples of its data
 * @param maxBandwidthHz cap
 */
public record DeviceEntry(
        @Key(
                "Built-in hardware that gives what is left out of this device's cores, flopsPerCycle, clockHz, memoryBytes "
                        + "and switchedCapacitance.")
        Optional<HardwareName> profile,

        @Key(value = "Number of cores.", min = 1) Optional<Integer> cores,

        @Key(value = "Floating point operations of a core per cycle.", above = 0)
        Optional<Double> flopsPerCycle,

        @Key(value = "Clock in hertz; [a, b]: drawn uniformly.", above = 0)
        Optional<Span> clockHz,

        @Key(value = "Memory in bytes.", min = 1) Optional<Long> memoryBytes,

        @Key(value = "Greatest transmit power in watts.", above = 0)
        Optional<Double> maxPowerWatts,

        @Key(value = "Kappa in W/Hz^3: computing draws kappa times the clock's cube.", min = 0)
        Optional<Double> switchedCapacitance,

        @Key(value = "Signal to noise ratio from this device to the server, in dB.", min = -100, max = 100)
        Optional<Double> snrDb,

        @Key(value = "Signal to noise ratio from the server to this device, in dB.", min = -100, max = 100)
        Optional<Double> serverSnrDb,

        @Key(value = "Distance from the server in metres, with channel kind pathloss.", above = 0)
        Optional<Double> distanceMetres,

        @Key(value = "Stands for data when only planning: samples of this device.", min = 1)
        Optional<Integer> samples,

        @Key(value = "The most that this device may get of the band, in hertz.", above = 0)
        Optional<Double> maxBandwidthHz) {}
