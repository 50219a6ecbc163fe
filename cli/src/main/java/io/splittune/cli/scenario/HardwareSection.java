package io.splittune.cli.scenario;

import java.util.Optional;

/**
 * Hardware of a device, as the cost model sees it.
 *
 * @param profile built-in hardware that gives what is left out
 * @param cores number of cores
 * @param flopsPerCycle of a core
 * @param clockHz clock, or a range to draw it from
 * @param memoryBytes memory
 * @param maxPowerWatts transmit power
 * @param switchedCapacitance kappa
 */
public record HardwareSection(
        @Key("Built-in hardware that gives what is left out of cores, flopsPerCycle, clockHz, memoryBytes and "
                + "switchedCapacitance.")
        Optional<HardwareName> profile,

        @Key(value = "Number of cores.", byDefault = "256", min = 1)
        int cores,

        @Key(value = "Floating point operations of a core per cycle.", byDefault = "4", above = 0)
        double flopsPerCycle,

        @Key(
                value = "Clock in hertz; [a, b]: drawn uniformly for each device.",
                byDefault = "[0.5e9, 1.5e9]",
                above = 0)
        Span clockHz,

        @Key(value = "Memory in bytes.", byDefault = "8589934592", min = 1)
        long memoryBytes,

        @Key(value = "Greatest transmit power in watts.", byDefault = "1", above = 0)
        double maxPowerWatts,

        @Key(
                value = "Kappa in W/Hz^3: computing draws kappa times the clock's cube; 0 leaves computing out of the "
                        + "energy. The default is a Jetson Nano's.",
                byDefault = "1.28e-26",
                min = 0)
        double switchedCapacitance) {}
