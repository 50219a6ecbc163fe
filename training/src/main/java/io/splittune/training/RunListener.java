package io.splittune.training;

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

    /** A device was given up for this round; the reason is one line. */
    default void onDrop(int round, String deviceId, String reason) {}

    /** A device has heard from the server how a round ended. */
    default void onRoundResult(int round, double loss, double accuracy) {}

    /** A round has ended. */
    default void onRound(RoundRecord record) {}
}
