package io.splittune.cli;

import io.splittune.cli.scenario.Scenario;
import io.splittune.core.UserException;
import io.splittune.model.Checkpoint;
import io.splittune.model.HalfRange;
import io.splittune.model.Tokenizer;
import io.splittune.training.DeviceEnvironment;
import io.splittune.training.DeviceTask;
import io.splittune.training.FrozenModel;
import io.splittune.training.HalfSource;
import io.splittune.training.TrainingConfig;
import io.splittune.transport.Blob;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a device has on its disk: data, maybe a model, and the weights that servers have sent before. */
final class DeviceHome implements DeviceEnvironment, AutoCloseable {
    // The hash becomes a file name; it comes from the network.
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    private final Path folder;
    private final Optional<Path> ownData;
    private final Optional<DataShare> share;
    private final Optional<String> ownModel;
    private byte[] configuration = new byte[0];
    private @Nullable RunDescription run;
    private @Nullable RunData data;

    /**
     * Makes a home.
     *
     * @param folder for weights and optimiser state
     * @param ownData the device's own training data; empty for the scenario's
     * @param share which part of the data; empty for all of its own, or for the part of its number in the scenario
     * @param ownModel a checkpoint that is already here
     */
    DeviceHome(Path folder, Optional<Path> ownData, Optional<DataShare> share, Optional<String> ownModel) {
        this.folder = folder;
        this.ownData = ownData;
        this.share = share;
        this.ownModel = ownModel;
    }

    @Override
    public DeviceTask prepare(byte[] sent, int deviceIndex) {
        if (run == null || data == null || !Arrays.equals(sent, configuration)) {
            close();
            configuration = sent.clone();
            run = RunDescription.fromBytes(sent);
            RunDescription described = run;
            data = ownData.map(path ->
                            RunData.openOwn(described.scenario(), described.model(), described.tokenizer(), path))
                    .orElseGet(() -> RunData.open(described.scenario(), described.model(), described.tokenizer()));
        }
        Scenario scenario = run.scenario();
        TrainingConfig config = Settings.training(
                scenario,
                Settings.scheme(scenario.training().scheme().names().get(0)),
                Settings.lora(scenario.lora(), run.model()));
        return new DeviceTask(
                config,
                data.device(indices(data, scenario, deviceIndex), deviceIndex),
                scenario.split().cut().cutOf(deviceIndex));
    }

    private int[] indices(RunData opened, Scenario scenario, int deviceIndex) {
        if (share.isPresent()) {
            return opened.partition(share.get().of()).indices(share.get().number() - 1);
        }
        return ownData.isPresent()
                ? opened.everything()
                : opened.partition(scenario.devices().count()).indices(deviceIndex);
    }

    @Override
    public Optional<HalfSource> ownWeights(int cut, String weightsHash) {
        requireHash(weightsHash);
        HalfRange range = HalfRange.device(cut);
        try {
            if (ownModel.isPresent()) {
                try (Checkpoint checkpoint = Checkpoint.open(ModelFolder.locate(ownModel.get()))) {
                    if (checkpoint.contentHash(range).equals(weightsHash)) {
                        return Optional.of(load(checkpoint, range));
                    }
                }
                throw new UserException(
                        "--model: " + ownModel.get()
                                + " is not the model of the run: its weights differ; leave --model out to get them from the server");
            }
            Path file = file(weightsHash);
            return Files.exists(file) ? openIfWhole(file, weightsHash, range) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public HalfSource receivedWeights(String weightsHash, Blob weights) throws IOException {
        requireHash(weightsHash);
        Path file = file(weightsHash);
        Files.createDirectories(file.getParent());
        weights.saveTo(file);
        RunDescription described = described();
        // The device's half is what the first cut says; the hash is over exactly that part.
        try (Checkpoint checkpoint = Checkpoint.openHalf(file)) {
            HalfRange range = HalfRange.device(checkpoint.blocks());
            if (!checkpoint.contentHash(range).equals(weightsHash)) {
                Files.delete(file);
                throw new IOException("the weights that came are not those that the server announced");
            }
            return FrozenModel.load(checkpoint, described.model(), range, Settings.precision(described.scenario()));
        }
    }

    private Optional<HalfSource> openIfWhole(Path file, String weightsHash, HalfRange range) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.openHalf(file)) {
            if (checkpoint.contentHash(range).equals(weightsHash)) {
                return Optional.of(load(checkpoint, range));
            }
        } catch (UserException damaged) {
            // The server sends it again.
        }
        Files.deleteIfExists(file);
        return Optional.empty();
    }

    private HalfSource load(Checkpoint checkpoint, HalfRange range) {
        RunDescription described = described();
        return FrozenModel.load(checkpoint, described.model(), range, Settings.precision(described.scenario()));
    }

    private RunDescription described() {
        if (run == null) {
            throw new IllegalStateException("The weights came before the run's description.");
        }
        return run;
    }

    private Path file(String weightsHash) {
        return folder.resolve("weights").resolve(weightsHash + ".safetensors");
    }

    private static void requireHash(String weightsHash) {
        if (!SHA_256.matcher(weightsHash).matches()) {
            throw new UserException("the server names its weights in a way that this device does not understand; "
                    + "install the same version on both");
        }
    }

    @Override
    public void close() {
        if (data != null) {
            data.close();
            data = null;
        }
        if (run != null) {
            run.tokenizer().ifPresent(Tokenizer::close);
            run = null;
        }
    }
}
