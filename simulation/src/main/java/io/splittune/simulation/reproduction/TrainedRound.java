package io.splittune.simulation.reproduction;

import io.splittune.core.Check;

/**
 * A round of a real training.
 *
 * @param accuracy on the test set after it, in [0, 1]; of the start, before it
 * @param virtualSeconds since the start, on the scenario's hardware and network
 * @param joules since the start
 */
public record TrainedRound(double accuracy, double virtualSeconds, double joules) {
    /** Checks the ranges. */
    public TrainedRound {
        Check.inRange(accuracy, 0, 1, "accuracy");
        Check.notNegative(virtualSeconds, "virtualSeconds");
        Check.notNegative(joules, "joules");
    }
}
