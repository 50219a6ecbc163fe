package io.splittune.training;

import io.splittune.core.RandomStreams;
import io.splittune.core.RandomStreams.Purpose;
import io.splittune.model.ForwardMode;
import io.splittune.transport.StepId;
import java.util.random.RandomGenerator;

/**
 * The random numbers of one device's steps. Device and server open the same streams without talking, and a step's
 * numbers depend neither on the cut nor on the order in which devices arrive.
 */
record StepStreams(RandomStreams streams, int deviceIndex) {
    private static final int UP = 0;
    private static final int DOWN = 1;

    ForwardMode forwardMode(StepId id) {
        return ForwardMode.train(
                streams.streamSeed(Purpose.DROPOUT, deviceIndex, id.round(), id.epoch(), id.step(), id.microBatch()));
    }

    RandomGenerator activationQuantiser(StepId id) {
        return quantiser(id, UP);
    }

    RandomGenerator gradientQuantiser(StepId id) {
        return quantiser(id, DOWN);
    }

    private RandomGenerator quantiser(StepId id, int direction) {
        return streams.stream(
                Purpose.QUANTISER, deviceIndex, id.round(), id.epoch(), id.step(), id.microBatch(), direction);
    }
}
