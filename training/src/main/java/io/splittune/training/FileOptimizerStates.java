package io.splittune.training;

import io.splittune.core.AtomicFiles;
import io.splittune.core.UserException;
import io.splittune.model.AdapterState;
import io.splittune.model.OptimizerState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Optimiser states of one device in a folder: {@code optimizer-ROUND.safetensors} with the moments, and the count of
 * steps in {@code optimizer-ROUND.steps}. The last two rounds are kept, since the server may have to repeat the last.
 */
public final class FileOptimizerStates implements OptimizerStates {
    private static final int KEPT_ROUNDS = 2;

    private final Path folder;

    /**
     * Keeps states in a folder.
     *
     * @param folder made when the first state is saved
     */
    public FileOptimizerStates(Path folder) {
        this.folder = folder;
    }

    @Override
    public void save(int round, OptimizerState state) throws IOException {
        write(folder, round, state);
        Files.deleteIfExists(moments(folder, round - KEPT_ROUNDS));
        Files.deleteIfExists(steps(folder, round - KEPT_ROUNDS));
    }

    @Override
    public Optional<OptimizerState> load(int round) throws IOException {
        return read(folder, round);
    }

    /** The steps are written last: where they are, the moments are whole. */
    static void write(Path folder, int number, OptimizerState state) throws IOException {
        AtomicFiles.write(
                moments(folder, number), out -> out.write(state.moments().toBytes()));
        AtomicFiles.writeString(steps(folder, number), Long.toString(state.steps()));
    }

    static Optional<OptimizerState> read(Path folder, int number) throws IOException {
        Path steps = steps(folder, number);
        if (!Files.exists(steps)) {
            return Optional.empty();
        }
        String text = Files.readString(steps, StandardCharsets.UTF_8).strip();
        if (!text.matches("[0-9]{1,18}")) {
            throw new UserException(
                    steps + ": read '" + text + "', expected a number of steps. Maybe delete the file.");
        }
        Path moments = moments(folder, number);
        AdapterState state = AdapterState.fromBytes(Files.readAllBytes(moments), moments.toString());
        return Optional.of(new OptimizerState(Long.parseLong(text), state));
    }

    private static Path moments(Path folder, int number) {
        return folder.resolve("optimizer-" + number + ".safetensors");
    }

    private static Path steps(Path folder, int number) {
        return folder.resolve("optimizer-" + number + ".steps");
    }
}
