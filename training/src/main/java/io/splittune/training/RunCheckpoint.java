package io.splittune.training;

import io.splittune.model.AdapterState;
import io.splittune.model.OptimizerState;
import java.util.List;
import java.util.Optional;

/**
 * A run as it stands after a round: all that the server side needs to go on as if it had never stopped.
 *
 * @param round the last finished round; 0 before the first
 * @param adapter the averaged adapter, both halves in one
 * @param optimizers server-side optimiser state per device, in order of index; empty for a device that never trained
 * @param initial the test score before the first round
 */
public record RunCheckpoint(
        int round, AdapterState adapter, List<Optional<OptimizerState>> optimizers, Evaluator.Score initial) {
    /** Copies the list. */
    public RunCheckpoint {
        optimizers = List.copyOf(optimizers);
    }
}
