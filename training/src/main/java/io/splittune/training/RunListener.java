package io.splittune.training;

import io.splittune.transport.StepId;

/** Hears how a run goes. Calls may come from several threads, one at a time per device; they must return quickly. */
public interface RunListener {
    /** The test set's loss and accuracy before the first round. */
    default void onStart(double initialLoss, double initialAccuracy) {}

    /** A device has joined or come back. */
    default void onJoin(String deviceId, int deviceIndex) {}

    /** Somebody came to the server and was not let in, or left before it was; the reason is one line. */
    default void onRefused(String peer, String reason) {}

    /** A device has finished a batch. */
    default void onBatch(int round, int deviceIndex, int batch, int batches, double loss) {}

    /** A device in this process is about to encode an activation; row-major values of (B, T, D), for reading only. */
    default void onActivation(int deviceIndex, StepId step, float[] values, int[] shape) {}

    /** The server is about to encode the gradient of a step's activation; values as for the activation. */
    default void onGradient(int deviceIndex, StepId step, float[] values, int[] shape) {}

    /** A device was given up for this round; the reason is one line. */
    default void onDrop(int round, String deviceId, String reason) {}

    /** A device has heard from the server how a round ended. */
    default void onRoundResult(int round, double loss, double accuracy) {}

    /** A round has ended. */
    default void onRound(RoundRecord record) {}
}
