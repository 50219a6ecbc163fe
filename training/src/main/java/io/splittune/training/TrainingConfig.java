package io.splittune.training;

import io.splittune.core.Check;
import io.splittune.model.LoraConfig;
import io.splittune.model.Precision;
import java.time.Duration;

/**
 * All that one training run depends on, besides its model, its data and its devices.
 *
 * @param scheme how devices and server share the work
 * @param rounds number of rounds T, positive
 * @param localEpochs passes over a device's data in a round, positive
 * @param batchSize samples per optimiser step, positive
 * @param microBatch samples per forward and backward pass, in [1, batchSize]
 * @param optimizer update rule and rates
 * @param lora which layers get adapters
 * @param precision of the frozen weights and the computation
 * @param seed root of all random streams
 * @param deviceTimeout how long the server waits for a silent device before it ends the round without it
 */
public record TrainingConfig(
        Scheme scheme,
        int rounds,
        int localEpochs,
        int batchSize,
        int microBatch,
        OptimizerConfig optimizer,
        LoraConfig lora,
        Precision precision,
        long seed,
        Duration deviceTimeout) {

    /** Validates. */
    public TrainingConfig {
        Check.positive(rounds, "rounds");
        Check.positive(localEpochs, "localEpochs");
        Check.positive(batchSize, "batchSize");
        Check.inRange(microBatch, 1, batchSize, "microBatch");
        Check.require(!deviceTimeout.isNegative() && !deviceTimeout.isZero(), "deviceTimeout must be > 0.");
    }
}
