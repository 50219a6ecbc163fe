package io.splittune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.cli.scenario.Scenario;
import io.splittune.cli.scenario.ScenarioReader;
import io.splittune.codec.Coder;
import io.splittune.core.UserException;
import io.splittune.model.HalfRange;
import io.splittune.model.ModelConfig;
import io.splittune.simulation.CalibrationGrid;
import io.splittune.simulation.CalibrationTable;
import io.splittune.simulation.reproduction.SftReproduction;
import io.splittune.simulation.reproduction.SftTrainings;
import io.splittune.training.FrozenModel;
import io.splittune.training.HalfSource;
import io.splittune.training.Scheme;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** The trainings of {@code reproduce sft --train}: a small model and little data, in this process. */
final class ReproductionTrainings implements SftTrainings {
    private static final String SCENARIO = "sft-training.yaml";

    /** Rounds of each point of Fig. 3 and 7: seventeen trainings must fit the budget. */
    private static final int SHORT_ROUNDS = 2;

    private final List<String> overrides;
    private final Path folder;
    private final PrintWriter err;

    /**
     * Prepares trainings.
     *
     * @param overrides of the built-in scenario
     * @param cifar100 folder with CIFAR-100's train.bin and test.bin, or empty for built-in data
     * @param folder where runs go; runs of former times in it are replaced
     * @param err where progress is shown
     */
    ReproductionTrainings(List<String> overrides, Optional<Path> cifar100, Path folder, PrintWriter err) {
        this.overrides = new ArrayList<>();
        cifar100.ifPresent(data -> this.overrides.addAll(List.of(
                "data.format=cifar100",
                "data.train=" + file(data, "train.bin"),
                "data.test=" + file(data, "test.bin"))));
        this.overrides.addAll(overrides);
        this.folder = folder;
        this.err = err;
        read(Split.IID);
    }

    private static Path file(Path data, String name) {
        Path file = data.resolve(name).toAbsolutePath();
        if (!Files.isRegularFile(file)) {
            throw new UserException(
                    "--data: " + file + " is missing; expected a folder with CIFAR-100's train.bin and test.bin");
        }
        return file;
    }

    private Scenario read(Split split, String... last) {
        List<String> all = new ArrayList<>(overrides);
        all.add("data.partition.kind=" + split.name().toLowerCase(Locale.ROOT));
        all.addAll(List.of(last));
        return ScenarioReader.readText(text(), SCENARIO, Path.of(""), all);
    }

    private static String text() {
        try (@Nullable InputStream in = SftReproduction.class.getResourceAsStream(SCENARIO)) {
            if (in == null) {
                throw new IllegalStateException(SCENARIO + " is missing from this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public String setting() {
        Scenario scenario = read(Split.IID);
        return String.format(
                Locale.ROOT,
                "%s stands in for ViT-B/16 and %s for the paper's data: %s training images, %d devices, %d rounds (%d for each point of Fig. 3 and 7).",
                scenario.model().checkpoint().orElseThrow(),
                scenario.data().format().orElseThrow(),
                scenario.data().trainLimit().map(String::valueOf).orElse("all"),
                scenario.devices().count(),
                scenario.training().rounds(),
                Math.min(SHORT_ROUNDS, scenario.training().rounds()));
    }

    @Override
    public List<Double> accuracyByRound(Split split, Scheme scheme) throws IOException {
        Scenario scenario = read(split);
        String name = split.name().toLowerCase(Locale.ROOT) + "-" + scheme.key();
        err.println("training " + name);
        RunOptions replacing = CommandLine.populateCommand(new RunOptions(), "--force");
        Path run = folder.resolve(name);
        ObjectNode summary;
        try (ProgressView view = new ProgressView(
                err, ProgressView.isTerminal(), Devices.names(scenario.devices().count()))) {
            summary = new LocalTraining(scenario, scheme, replacing, run, view).run();
        }
        List<Double> accuracies = new ArrayList<>();
        accuracies.add(summary.path("initialAccuracy").asDouble());
        for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
            accuracies.add(Json.parse(line).path("accuracy").asDouble());
        }
        return accuracies;
    }

    @Override
    public CalibrationTable calibrate(CalibrationGrid grid) throws IOException {
        int rounds = Math.min(SHORT_ROUNDS, read(Split.IID).training().rounds());
        Scenario scenario = read(Split.IID, "training.rounds=" + rounds);
        int cut = scenario.split().cut().cutOf(0);
        try (RunModel model = RunModel.open(scenario);
                RunData data = RunData.open(scenario, model.base())) {
            ModelConfig trained = model.trained(data.labels());
            HalfRange whole = HalfRange.whole(trained.depth());
            try (HalfSource weights =
                    FrozenModel.load(model.checkpoint(), trained, whole, Settings.precision(scenario))) {
                return ShortTrainings.calibrate(
                        scenario,
                        grid,
                        Coder.ADAPTIVE,
                        true,
                        data,
                        weights,
                        cut,
                        (point, done, all) -> err.println("compression " + done + "/" + all));
            }
        }
    }
}
