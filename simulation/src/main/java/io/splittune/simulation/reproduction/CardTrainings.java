package io.splittune.simulation.reproduction;

import java.io.IOException;
import java.util.List;

/** Real trainings under CARD and its baselines, run by whoever has a model and data. Called on one thread. */
public interface CardTrainings {
    /** Returns one sentence that says which model, which data and how many rounds. */
    String setting();

    /**
     * Trains scheme {@code card} from the same start on the same split, whoever plans.
     *
     * @param planner {@code card}, whose cuts move with the channel, {@code server-only} or {@code device-only}
     * @return the start, then every round
     * @throws IOException when a file of the training cannot be read or written
     */
    List<TrainedRound> rounds(String planner) throws IOException;
}
