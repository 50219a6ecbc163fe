package io.splittune.cli.scenario;

import java.util.Optional;

/**
 * The edge server: its hardware as the cost model sees it, and its patience.
 *
 * @param profile built-in hardware that gives what is left out
 * @param cores number of cores
 * @param flopsPerCycle of a core
 * @param clockHz clock, or a range for the planner
 * @param maxPowerWatts transmit power
 * @param switchedCapacitance kappa
 * @param queue whether devices wait for one another
 * @param joinTimeoutSeconds how long the first round waits for devices
 * @param deviceTimeoutSeconds how long a silent device is waited for
 */
public record ServerSection(
        @Key("Built-in hardware that gives what is left out of cores, flopsPerCycle, clockHz and switchedCapacitance.")
        Optional<HardwareName> profile,

        @Key(value = "Number of cores.", byDefault = "2048", min = 1)
        int cores,

        @Key(value = "Floating point operations of a core per cycle.", byDefault = "4", above = 0)
        double flopsPerCycle,

        @Key(value = "Clock in hertz; [a, b]: what the planner may choose from.", byDefault = "3.0e9", above = 0)
        Span clockHz,

        @Key(value = "Transmit power over the whole band, in watts.", byDefault = "20", above = 0)
        double maxPowerWatts,

        @Key(
                value = "Kappa in W/Hz^3: computing draws kappa times the clock's cube; 0 leaves computing out of the "
                        + "energy. The default is 300 W at 3 GHz.",
                byDefault = "1.11e-26",
                min = 0)
        double switchedCapacitance,

        @Key(value = "fifo: one device after another; none: as if each had a server of its own.", byDefault = "fifo")
        Queue queue,

        @Key(
                value =
                        "The first round waits so many seconds for all devices to join, then goes on with those that did.",
                byDefault = "300",
                above = 0)
        double joinTimeoutSeconds,

        @Key(value = "After so many silent seconds a round goes on without the device.", byDefault = "60", above = 0)
        double deviceTimeoutSeconds) {
    /** Disciplines. */
    public enum Queue {
        /** In order of arrival. */
        FIFO,
        /** Nobody waits. */
        NONE
    }
}
