package io.splittune.training;

import io.splittune.core.AtomicFiles;
import io.splittune.core.UserException;
import io.splittune.model.AdapterState;
import io.splittune.model.OptimizerState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * Checkpoints of a run in a folder. A checkpoint is a folder {@code round-N} of its own; the file {@code latest} names
 * the newest whole one and is replaced last, so a crash or a full disk leaves the one before in force.
 */
public final class FileRunStore implements RunStore {
    private static final String LATEST = "latest";
    private static final String ADAPTER = "adapter.safetensors";
    private static final String SCORE = "run.properties";

    private final Path folder;
    private final int devices;
    private final boolean resume;

    /**
     * Keeps checkpoints in a folder.
     *
     * @param folder made when the first one is saved
     * @param devices number of devices of the run
     * @param resume whether the run goes on from what is there; otherwise it starts afresh
     */
    public FileRunStore(Path folder, int devices, boolean resume) {
        this.folder = folder;
        this.devices = devices;
        this.resume = resume;
    }

    @Override
    public Optional<RunCheckpoint> latest() throws IOException {
        Path latest = folder.resolve(LATEST);
        if (!resume || !Files.exists(latest)) {
            return Optional.empty();
        }
        Path checkpoint = folder.resolve(Files.readString(latest).strip());
        Path adapter = checkpoint.resolve(ADAPTER);
        Properties score = new Properties();
        try (InputStream in = Files.newInputStream(checkpoint.resolve(SCORE))) {
            score.load(in);
            List<Optional<OptimizerState>> optimizers = new ArrayList<>();
            for (int device = 0; device < devices; device++) {
                optimizers.add(FileOptimizerStates.read(checkpoint, device));
            }
            return Optional.of(new RunCheckpoint(
                    Integer.parseInt(score.getProperty("round", "")),
                    AdapterState.fromBytes(Files.readAllBytes(adapter), adapter.toString()),
                    optimizers,
                    new Evaluator.Score(
                            Double.parseDouble(score.getProperty("initialLoss", "")),
                            Double.parseDouble(score.getProperty("initialAccuracy", "")),
                            Long.parseLong(score.getProperty("testSamples", "")))));
        } catch (NumberFormatException | NoSuchFileException damaged) {
            throw new UserException(
                    checkpoint + ": not a whole checkpoint (" + damaged.getMessage()
                            + "). Start the run without --resume.",
                    damaged);
        }
    }

    @Override
    public void save(RunCheckpoint checkpoint) throws IOException {
        String name = "round-" + checkpoint.round();
        Path target = folder.resolve(name);
        delete(target);
        AtomicFiles.write(
                target.resolve(ADAPTER), out -> out.write(checkpoint.adapter().toBytes()));
        for (int device = 0; device < checkpoint.optimizers().size(); device++) {
            Optional<OptimizerState> state = checkpoint.optimizers().get(device);
            if (state.isPresent()) {
                FileOptimizerStates.write(target, device, state.get());
            }
        }
        Properties score = new Properties();
        score.setProperty("round", Integer.toString(checkpoint.round()));
        score.setProperty("initialLoss", Double.toString(checkpoint.initial().loss()));
        score.setProperty(
                "initialAccuracy", Double.toString(checkpoint.initial().accuracy()));
        score.setProperty("testSamples", Long.toString(checkpoint.initial().samples()));
        AtomicFiles.write(target.resolve(SCORE), out -> score.store(out, null));
        AtomicFiles.writeString(folder.resolve(LATEST), name);
        delete(folder.resolve("round-" + (checkpoint.round() - 1)));
    }

    private static void delete(Path checkpoint) throws IOException {
        if (!Files.isDirectory(checkpoint)) {
            return;
        }
        try (Stream<Path> files = Files.list(checkpoint)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(checkpoint);
    }
}
