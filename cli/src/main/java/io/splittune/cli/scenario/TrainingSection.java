package io.splittune.cli.scenario;

import java.util.Optional;

/**
 * The training itself.
 *
 * @param scheme who trains what, or several schemes to compare
 * @param rounds T
 * @param localEpochs passes over a device's data per round
 * @param batchSize samples per optimiser step
 * @param microBatch samples per forward and backward pass
 * @param recompute whether devices keep less for the backward pass
 * @param tuning what sflam trains
 * @param participants drawn in each round of sflam
 * @param aggregation how sflam's participants are averaged
 * @param optimizer update rule
 */
public record TrainingSection(
        @Key(
                value = "sft | sl | sfl | fl | fl-lora | local | central | card | sflam, or a list of them to compare.",
                byDefault = "sft")
        SchemeSetting scheme,

        @Key(value = "Number of rounds.", byDefault = "20", min = 1)
        int rounds,

        @Key(value = "Passes over a device's data per round.", byDefault = "1", min = 1)
        int localEpochs,

        @Key(value = "Samples per optimiser step.", byDefault = "64", min = 1)
        int batchSize,

        @Key(
                value = "Samples per forward and backward pass, which bounds the memory; at most batchSize of them.",
                byDefault = "8",
                min = 1)
        int microBatch,

        @Key(
                value =
                        "Devices keep only what enters each of their blocks and compute the rest again when the gradient"
                                + " comes: less memory for a third more computation.",
                byDefault = "false")
        boolean recompute,

        @Key(value = "sflam: adapters (lora), or all weights on both sides (full).", byDefault = "lora")
        Tuning tuning,

        @Key(
                value =
                        "sflam: devices that are drawn in each round for its planner to serve; left out: as many as there are "
                                + "resource blocks. With all of them the planner serves the same ones, who need least energy.",
                min = 1)
        Optional<Integer> participants,

        @Key(
                value =
                        "sflam: the participants' mean by their samples, or each one's change over the probability with "
                                + "which it takes part.",
                byDefault = "participants")
        Averaging aggregation,

        @Key(value = "Update rule of what is trained.", byDefault = "{}")
        OptimizerSection optimizer) {
    /** What sflam trains. */
    public enum Tuning {
        /** Adapters. */
        LORA,
        /** All weights. */
        FULL
    }

    /** How sflam's participants are averaged. */
    public enum Averaging {
        /** Mean over those that took part. */
        PARTICIPANTS,
        /** Changes weighted by the inverse of the probability to take part. */
        INVERSE_PROBABILITY
    }
}
