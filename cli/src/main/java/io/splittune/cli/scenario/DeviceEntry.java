package io.splittune.cli.scenario;

import java.util.Optional;

/**
 * One device's own values; one left out is the shared one.
 *
 * @param cores number of cores
 * @param flopsPerCycle of a core
 * @param clockHz clock, or a range to draw it from
 * @param memoryBytes memory
 * @param maxPowerWatts transmit power
 * @param snrDb uplink
 */
public record DeviceEntry(
        @Key(value = "Number of cores.", min = 1) Optional<Integer> cores,

        @Key(value = "Floating point operations of a core per cycle.", above = 0)
        Optional<Double> flopsPerCycle,

        @Key(value = "Clock in hertz; [a, b]: drawn uniformly.", above = 0)
        Optional<Span> clockHz,

        @Key(value = "Memory in bytes.", min = 1) Optional<Long> memoryBytes,

        @Key(value = "Greatest transmit power in watts.", above = 0)
        Optional<Double> maxPowerWatts,

        @Key(value = "Signal to noise ratio from this device to the server, in dB.", min = -100, max = 100)
        Optional<Double> snrDb) {}
