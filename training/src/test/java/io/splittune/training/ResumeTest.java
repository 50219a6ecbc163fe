package io.splittune.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.core.UserException;
import io.splittune.tensor.testing.LeakChecked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@LeakChecked
class ResumeTest {
    private static final RoundPolicy CUT_1 = TinyRun.always(2, 1, TinyRun.PAPER);

    private static RunSummary run(TinyRun run, Path folder, boolean resume) throws IOException {
        return run.inProcess(
                2,
                CUT_1,
                new FileRunStore(folder, 2, resume),
                List.of(new FileOptimizerStates(folder.resolve("a")), new FileOptimizerStates(folder.resolve("b"))));
    }

    @Test
    void aResumedRunEndsWithTheSameBits(@TempDir Path whole, @TempDir Path parts) throws IOException {
        try (TinyRun three = TinyRun.sft(3);
                TinyRun two = TinyRun.sft(2);
                TinyRun rest = TinyRun.sft(3)) {
            RunSummary uninterrupted = run(three, whole, false);
            run(two, parts, false);
            RunSummary resumed = run(rest, parts, true);

            assertThat(resumed.rounds()).hasSize(1);
            assertThat(resumed.rounds().get(0).round()).isEqualTo(3);
            assertThat(resumed.rounds().get(0).loss())
                    .isEqualTo(uninterrupted.rounds().get(2).loss());
            assertThat(resumed.adapters()).isEqualTo(uninterrupted.adapters());
            assertThat(resumed.initialAccuracy()).isEqualTo(uninterrupted.initialAccuracy());
        }
    }

    @Test
    void withoutResumeARunStartsAfresh(@TempDir Path folder) throws IOException {
        try (TinyRun run = TinyRun.sft(1)) {
            run(run, folder, false);
            assertThat(new FileRunStore(folder, 2, true).latest().map(RunCheckpoint::round))
                    .isEqualTo(Optional.of(1));
            assertThat(new FileRunStore(folder, 2, false).latest()).isEmpty();
        }
    }

    @Test
    void aCheckpointWithAMissingFileIsNamed(@TempDir Path folder) throws IOException {
        try (TinyRun run = TinyRun.sft(1)) {
            run(run, folder, false);
            Files.delete(folder.resolve("round-1").resolve("adapter.safetensors"));
            assertThatThrownBy(() -> new FileRunStore(folder, 2, true).latest())
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("round-1: not a whole checkpoint");
        }
    }
}
