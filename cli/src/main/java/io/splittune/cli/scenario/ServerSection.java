package io.splittune.cli.scenario;

/**
 * The edge server: its hardware as the cost model sees it, and its patience.
 *
 * @param cores number of cores
 * @param flopsPerCycle of a core
 * @param clockHz clock, or a range for the planner
 * @param queue whether devices wait for one another
 * @param joinTimeoutSeconds how long the first round waits for devices
 * @param deviceTimeoutSeconds how long a silent device is waited for
 */
public record ServerSection(
        @Key(value = "Number of cores.", byDefault = "2048", min = 1)
        int cores,

        @Key(value = "Floating point operations of a core per cycle.", byDefault = "4", above = 0)
        double flopsPerCycle,

        @Key(value = "Clock in hertz; [a, b]: what the planner may choose from.", byDefault = "3.0e9", above = 0)
        Span clockHz,

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
