package io.splittune.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.cli.scenario.Scenario;
import io.splittune.cli.scenario.ScenarioReader;
import io.splittune.core.UserException;
import io.splittune.simulation.reproduction.Reproduction;
import io.splittune.simulation.reproduction.TrainedRound;
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

/** The trainings of {@code reproduce PAPER --train}: a small model and little data, in this process. */
final class PaperRuns {
    private final String scenarioName;
    private final List<String> overrides;
    private final Path folder;
    private final PrintWriter err;

    /**
     * Prepares trainings.
     *
     * @param paper whose scenario is trained
     * @param overrides of that scenario
     * @param cifar100 folder with CIFAR-100's train.bin and test.bin, or empty for built-in data
     * @param folder where runs go; runs of former times in it are replaced
     * @param err where progress is shown
     * @throws UserException when the overrides do not fit or data are missing
     */
    PaperRuns(String paper, List<String> overrides, Optional<Path> cifar100, Path folder, PrintWriter err) {
        this.scenarioName = paper + "-training.yaml";
        this.overrides = new ArrayList<>();
        cifar100.ifPresent(data -> this.overrides.addAll(List.of(
                "data.format=cifar100",
                "data.train=" + file(data, "train.bin"),
                "data.test=" + file(data, "test.bin"))));
        this.overrides.addAll(overrides);
        this.folder = folder;
        this.err = err;
        read();
    }

    private static Path file(Path data, String name) {
        Path file = data.resolve(name).toAbsolutePath();
        if (!Files.isRegularFile(file)) {
            throw new UserException(
                    "--data: " + file + " is missing; expected a folder with CIFAR-100's train.bin and test.bin");
        }
        return file;
    }

    /** Returns the scenario with further overrides, which count more than the user's. */
    Scenario read(String... last) {
        List<String> all = new ArrayList<>(overrides);
        all.addAll(List.of(last));
        return ScenarioReader.readText(text(), scenarioName, Path.of(""), all);
    }

    private String text() {
        try (@Nullable InputStream in = Reproduction.class.getResourceAsStream(scenarioName)) {
            if (in == null) {
                throw new IllegalStateException(scenarioName + " is missing from this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Returns where progress is shown. */
    PrintWriter err() {
        return err;
    }

    /**
     * Says what is trained.
     *
     * @param paperModel that the scenario's stands in for
     */
    String setting(String paperModel) {
        Scenario scenario = read();
        return String.format(
                Locale.ROOT,
                "%s stands in for %s and %s for the paper's data: %s training images, %d devices, %d rounds",
                scenario.model().checkpoint().orElseThrow(),
                paperModel,
                scenario.data().format().orElseThrow(),
                scenario.data().trainLimit().map(String::valueOf).orElse("all"),
                scenario.devices().count(),
                scenario.training().rounds());
    }

    /**
     * Trains.
     *
     * @param name of the run's folder
     * @param scenario what to do
     * @param scheme how
     * @return the start, then every round
     */
    List<TrainedRound> train(String name, Scenario scenario, Scheme scheme) throws IOException {
        err.println("training " + name);
        RunOptions replacing = CommandLine.populateCommand(new RunOptions(), "--force");
        Path run = folder.resolve(name);
        ObjectNode summary;
        try (ProgressView view = new ProgressView(
                err, ProgressView.isTerminal(), Devices.names(scenario.devices().count()))) {
            summary = new LocalTraining(scenario, scheme, replacing, run, 0, view).run();
        }
        List<TrainedRound> rounds = new ArrayList<>();
        rounds.add(new TrainedRound(summary.path("initialAccuracy").asDouble(), 0, 0));
        double seconds = 0;
        double joules = 0;
        for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
            JsonNode round = Json.parse(line);
            seconds += round.path("virtualSeconds").asDouble();
            joules += round.path("energyJoules").asDouble();
            rounds.add(new TrainedRound(round.path("accuracy").asDouble(), seconds, joules));
        }
        return rounds;
    }
}
