package io.splittune.simulation.reproduction;

import io.splittune.training.Scheme;
import java.io.IOException;
import java.util.List;

/**
 * Real trainings for the SFLAM paper's accuracies, run by whoever has a model and data. Called on one thread, one training
 * at a time.
 */
public interface SflamTrainings {
    /** Returns one sentence that says which model, which data and how many rounds. */
    String setting();

    /**
     * Trains from the same start on the same split, whatever the scheme.
     *
     * @param alpha of the Dirichlet distribution that spreads samples over the devices, class by class
     * @param scheme {@code SFLAM}, or one that the paper sets beside it
     * @param bits q of every value that SFLAM sends, or 32 for none quantised; other schemes do not read it
     * @return the start, then every round
     * @throws IOException when a file of the training cannot be read or written
     */
    List<TrainedRound> rounds(double alpha, Scheme scheme, int bits) throws IOException;
}
