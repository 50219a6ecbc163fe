package io.splittune.simulation.reproduction;

import io.splittune.simulation.CalibrationGrid;
import io.splittune.simulation.CalibrationTable;
import io.splittune.training.Scheme;
import java.io.IOException;
import java.util.List;

/** Real trainings for the SFT paper's accuracies, run by whoever has a model and data. Called on one thread, one training at a time. */
public interface SftTrainings {
    /** How samples are spread over the devices. */
    enum Split {
        /** Alike on every device. */
        IID,
        /** By a Dirichlet distribution of 0.5 over the devices, class by class: the paper's non-IID. */
        DIRICHLET
    }

    /** Returns one sentence that says which model, which data and how many rounds. */
    String setting();

    /**
     * Trains from the same start on the same split, whatever the scheme.
     *
     * @param split how samples are spread
     * @param scheme {@code SFT} with compression, {@code SFL} for SFT without it, {@code SL}, {@code FL_LORA}
     * @return test accuracies in [0, 1]: before training, then after each round
     * @throws IOException when a file of the training cannot be read or written
     */
    List<Double> accuracyByRound(Split split, Scheme scheme) throws IOException;

    /**
     * Measures bytes and accuracy of short trainings over a grid.
     *
     * @param grid which compressions
     * @throws IOException when a file of the training cannot be read or written
     */
    CalibrationTable calibrate(CalibrationGrid grid) throws IOException;
}
