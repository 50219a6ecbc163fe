package io.splittune.simulation;

import static io.splittune.core.Check.inRange;

import java.util.Objects;

/**
 * How a simulated round differs from the closed form.
 *
 * @param queue how the server shares itself
 * @param microBatches k: equal parts of a mini-batch that follow each other through CC, IT, SC and GT; DU begins when all
 *     gradients are back. 1 for no overlap. More than 1 needs a link that sends and receives at once, and memory on the
 *     device for the activations of the whole mini-batch
 * @param disturbance jitter, stragglers and dropout
 */
public record EventOptions(ServerQueue queue, int microBatches, Disturbance disturbance) {
    private static final int MAX_MICRO_BATCHES = 65_536;

    /** SFT eq. (18) and (19): no queue, no overlap, nothing goes wrong. */
    public static final EventOptions CLOSED_FORM = new EventOptions(ServerQueue.NONE, 1, Disturbance.NONE);

    /**
     * Validates.
     *
     * @throws IllegalArgumentException if microBatches is not in [1, 65536]
     */
    public EventOptions {
        Objects.requireNonNull(queue, "queue");
        inRange(microBatches, 1, MAX_MICRO_BATCHES, "microBatches");
        Objects.requireNonNull(disturbance, "disturbance");
    }

    /** Returns the same with another queue. */
    public EventOptions withQueue(ServerQueue other) {
        return new EventOptions(other, microBatches, disturbance);
    }

    /** Returns the same with another number of micro-batches. */
    public EventOptions withMicroBatches(int other) {
        return new EventOptions(queue, other, disturbance);
    }

    /** Returns the same with other disturbances. */
    public EventOptions withDisturbance(Disturbance other) {
        return new EventOptions(queue, microBatches, other);
    }
}
