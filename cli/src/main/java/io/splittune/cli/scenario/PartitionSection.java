package io.splittune.cli.scenario;

/**
 * How training samples are spread over the devices.
 *
 * @param kind who gets what
 * @param alpha concentration of the Dirichlet distribution
 * @param shardsPerDevice for shards
 */
public record PartitionSection(
        @Key(
                value =
                        "iid: at random; dirichlet: classes in unequal shares; shards: few classes for each device; file: the"
                                + " n-th file of data.train to the n-th device; key: by data.deviceField.",
                byDefault = "iid")
        Kind kind,

        @Key(value = "Concentration of the Dirichlet distribution: small is unequal.", byDefault = "0.5", above = 0)
        double alpha,

        @Key(value = "Blocks of equal label that each device gets, for shards.", byDefault = "2", min = 1)
        int shardsPerDevice) {
    /** Kinds of partition. */
    public enum Kind {
        /** At random. */
        IID,
        /** Each class is divided in shares drawn from a Dirichlet distribution. */
        DIRICHLET,
        /** Sorted by label and dealt out in blocks. */
        SHARDS,
        /** A file for each device. */
        FILE,
        /** By a field of each record. */
        KEY
    }
}
