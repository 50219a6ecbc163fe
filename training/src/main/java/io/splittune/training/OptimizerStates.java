package io.splittune.training;

import io.splittune.model.OptimizerState;
import java.io.IOException;
import java.util.Optional;

/** Where one device's optimiser state survives the end of its process, so that a run resumes exactly. */
public interface OptimizerStates {
    /** Keeps nothing. */
    OptimizerStates NONE = new OptimizerStates() {
        @Override
        public void save(int round, OptimizerState state) {}

        @Override
        public Optional<OptimizerState> load(int round) {
            return Optional.empty();
        }
    };

    /** Saves the state as it is after a round. */
    void save(int round, OptimizerState state) throws IOException;

    /** Returns the state as it was after a round, if it is still there. */
    Optional<OptimizerState> load(int round) throws IOException;
}
