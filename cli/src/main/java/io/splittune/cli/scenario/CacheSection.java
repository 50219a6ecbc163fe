package io.splittune.cli.scenario;

/**
 * That both ends remember each sample's last activation, and later visits send the difference.
 *
 * @param megabytes what each end remembers of one device
 * @param memoryMegabytes of it, what is kept in memory
 * @param firstKeep kept fraction where samples are seen for the first time
 * @param firstLevels quantisation intervals there
 */
public record CacheSection(
        @Key(
                value =
                        "What each end remembers of one device, in megabytes; samples beyond it are sent as without a cache.",
                byDefault = "1024",
                min = 1)
        int megabytes,

        @Key(
                value = "How much of it is kept in memory; the rest goes to a file in the folder for temporary files.",
                byDefault = "64",
                min = 0)
        int memoryMegabytes,

        @Key(
                value =
                        "Kept fraction where samples are seen for the first time: what it leaves out, later visits make up for.",
                byDefault = "1",
                above = 0,
                max = 1)
        double firstKeep,

        @Key(
                value = "Number of quantisation intervals where samples are seen for the first time.",
                byDefault = "15",
                min = 1,
                max = 65535)
        int firstLevels) {}
