package io.splittune.cli.scenario;

/**
 * The training itself.
 *
 * @param scheme who trains what, or several schemes to compare
 * @param rounds T
 * @param localEpochs passes over a device's data per round
 * @param batchSize samples per optimiser step
 * @param microBatch samples per forward and backward pass
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

        @Key(value = "Update rule of the adapters.", byDefault = "{}")
        OptimizerSection optimizer) {}
