package io.splittune.training;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.core.UserException;
import io.splittune.model.OptimizerState;
import io.splittune.tensor.testing.LeakChecked;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@LeakChecked
class InProcessRunTest {
    private static final RoundPolicy CUT_1 = TinyRun.always(2, 1, TinyRun.NONE);

    /** As an unreadable image would: in the middle of the run, on the device's side. */
    private static final OptimizerStates UNREADABLE = new OptimizerStates() {
        @Override
        public void save(int round, OptimizerState state) {
            throw new UserException("photo.png: is not an image that can be read");
        }

        @Override
        public Optional<OptimizerState> load(int round) {
            return Optional.empty();
        }
    };

    @Test
    @Timeout(60)
    void aDevicesMistakeEndsTheRunAtOnceAndIsWhatTheUserReads() {
        try (TinyRun run = TinyRun.sft(2)) {
            assertThatThrownBy(() -> run.inProcess(2, CUT_1, RunStore.NONE, List.of(OptimizerStates.NONE, UNREADABLE)))
                    .isInstanceOf(UserException.class)
                    .hasMessage("photo.png: is not an image that can be read");
        }
    }
}
