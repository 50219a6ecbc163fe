package io.splittune.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.cli.scenario.Scenario;
import io.splittune.cli.scenario.ScenarioReader;
import io.splittune.cli.scenario.ScenarioWriter;
import io.splittune.core.AtomicFiles;
import io.splittune.core.UserException;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run leaves behind: {@code scenario.yaml} (resolved), {@code metrics.jsonl} (a line a round), {@code
 * summary.json}, {@code adapter/} or {@code full-model/}, {@code checkpoint/}, TensorBoard's {@code
 * events.out.tfevents.*}, {@code report.html} with its {@code plots/}, and {@code cut/} where tensors are kept.
 */
final class RunDirectory {
    private static final String SCENARIO = "scenario.yaml";
    /** A line a round. */
    static final String METRICS = "metrics.jsonl";

    private static final String SUMMARY = "summary.json";
    private static final String ADAPTER = "adapter";
    private static final String CHECKPOINT = "checkpoint";
    private static final String REPORT = "report.html";
    private static final String PLOTS = "plots";
    private static final String FULL_MODEL = "full-model";
    private static final String CUT = "cut";
    private static final String EVENTS = "events.out.tfevents.";

    private final Path folder;

    private RunDirectory(Path folder) {
        this.folder = folder;
    }

    /**
     * Opens a folder for a run.
     *
     * @param folder made when missing
     * @param scenario of the run; written resolved
     * @param force whether a run that is there is removed; other files are never touched
     * @param resume whether a run that is there goes on
     * @throws UserException when a run is there and neither is given, or it had another scenario
     * @throws IOException when the folder cannot be written
     */
    static RunDirectory open(Path folder, Scenario scenario, boolean force, boolean resume) throws IOException {
        if (force && resume) {
            throw new UserException("--force and --resume exclude one another; give one of them");
        }
        RunDirectory run = new RunDirectory(folder);
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new UserException(folder + ": a file, expected a folder for the run; choose another --out");
        }
        boolean there = Files.exists(folder.resolve(SCENARIO)) || Files.exists(folder.resolve(METRICS));
        if (there && !force && !resume) {
            throw new UserException(
                    folder
                            + ": holds a run already; choose another --out, or say --resume to go on with it or --force to replace it");
        }
        if (there && resume) {
            run.requireSame(scenario);
        } else {
            run.clear();
        }
        AtomicFiles.writeString(folder.resolve(SCENARIO), ScenarioWriter.toYaml(scenario));
        return run;
    }

    /** A resumed run may get more rounds, and nothing else. */
    private void requireSame(Scenario scenario) {
        Scenario former = ScenarioReader.read(folder.resolve(SCENARIO), List.of());
        String rounds = "training.rounds=" + scenario.training().rounds();
        if (!ScenarioReader.read(folder.resolve(SCENARIO), List.of(rounds)).equals(scenario)) {
            throw new UserException(folder + ": --resume: the run there has another scenario ("
                    + ScenarioDifference.first(former, scenario) + "); only training.rounds may change");
        }
    }

    private void clear() throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        List<Path> own = new ArrayList<>();
        for (String name : List.of(SCENARIO, METRICS, SUMMARY, ADAPTER, CHECKPOINT, FULL_MODEL, REPORT, PLOTS, CUT)) {
            own.add(folder.resolve(name));
        }
        try (DirectoryStream<Path> events = Files.newDirectoryStream(folder, EVENTS + "*")) {
            events.forEach(own::add);
        }
        for (Path path : own) {
            delete(path);
        }
    }

    static void delete(Path path) throws IOException {
        if (Files.notExists(path)) {
            return;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    Path folder() {
        return folder;
    }

    Path adapter() {
        return folder.resolve(ADAPTER);
    }

    /** Returns where a scheme that trains all weights leaves them, as a checkpoint of its own. */
    Path fullModel() {
        return folder.resolve(FULL_MODEL);
    }

    /** Returns where tensors at the cut go, if they are kept. */
    Path cutTensors() {
        return folder.resolve(CUT);
    }

    Path checkpoint() {
        return folder.resolve(CHECKPOINT);
    }

    /** Appends one round's record and hands it to the operating system at once. */
    void appendMetrics(ObjectNode record) throws IOException {
        try (Writer writer = Files.newBufferedWriter(
                folder.resolve(METRICS),
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND)) {
            writer.write(Json.line(record) + "\n");
        }
    }

    /**
     * Returns the records of earlier rounds, and forgets later ones, which a resumed run repeats.
     *
     * @param lastRound the round that the run goes on after
     */
    List<ObjectNode> keepMetrics(int lastRound) throws IOException {
        Path file = folder.resolve(METRICS);
        List<ObjectNode> kept = new ArrayList<>();
        if (Files.notExists(file)) {
            return kept;
        }
        for (String line : Files.readAllLines(file)) {
            if (parseOrDrop(line) instanceof ObjectNode record
                    && record.path("round").asInt() <= lastRound) {
                kept.add(record);
            }
        }
        StringBuilder text = new StringBuilder();
        kept.forEach(record -> text.append(Json.line(record)).append('\n'));
        AtomicFiles.writeString(file, text.toString());
        return kept;
    }

    /** A line may be cut short where a process was killed. */
    private static @Nullable JsonNode parseOrDrop(String line) {
        try {
            return Json.parse(line);
        } catch (IllegalArgumentException cutShort) {
            return null;
        }
    }

    void writeSummary(ObjectNode summary) throws IOException {
        AtomicFiles.writeString(folder.resolve(SUMMARY), Json.pretty(summary) + "\n");
    }
}
