package io.splittune.training;

import java.io.IOException;
import java.util.Optional;

/** Where a run's checkpoints are kept. */
public interface RunStore {
    /** Keeps nothing. */
    RunStore NONE = new RunStore() {
        @Override
        public Optional<RunCheckpoint> latest() {
            return Optional.empty();
        }

        @Override
        public void save(RunCheckpoint checkpoint) {}
    };

    /** Returns the newest whole checkpoint, if the run is to go on from one. */
    Optional<RunCheckpoint> latest() throws IOException;

    /** Saves a checkpoint whole or not at all. */
    void save(RunCheckpoint checkpoint) throws IOException;
}
