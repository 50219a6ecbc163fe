package io.splittune.transport;

import io.splittune.core.Check;

/**
 * Which micro-batch of which step something belongs to; all counts start at 0.
 *
 * @param round round of the run
 * @param epoch local epoch in the round
 * @param step optimiser step in the epoch
 * @param microBatch micro-batch in the step
 */
public record StepId(int round, int epoch, int step, int microBatch) {
    /** Checks that no count is negative. */
    public StepId {
        Check.notNegative(round, "round");
        Check.notNegative(epoch, "epoch");
        Check.notNegative(step, "step");
        Check.notNegative(microBatch, "microBatch");
    }
}
