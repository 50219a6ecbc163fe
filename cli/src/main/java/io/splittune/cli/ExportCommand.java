package io.splittune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.cli.scenario.Scenario;
import io.splittune.cli.scenario.ScenarioReader;
import io.splittune.core.UserException;
import io.splittune.model.MergedExport;
import io.splittune.model.PeftAdapter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "export",
        description = "Merge a run's adapter into its base and write an ordinary model folder.",
        footer = {"", "Example:", "  splittune export runs/try --out merged"})
final class ExportCommand extends AbstractCommand {
    @Parameters(paramLabel = "RUN", description = "Folder of a run.")
    @SuppressWarnings("NullAway.Init") // picocli requires it
    private Path run;

    @Option(
            names = "--adapter",
            paramLabel = "DIR",
            description = "Another adapter than the run's (default: RUN/adapter).")
    private @Nullable Path adapter;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Folder for config.json and model.safetensors.")
    @SuppressWarnings("NullAway.Init") // picocli requires it
    private Path out;

    @Option(
            names = "--merged",
            description = "Merge the adapter into the weights; this is what export does, said or not.")
    @SuppressWarnings("UnusedVariable") // there is no other form
    private boolean merged;

    @Option(names = "--force", description = "Replace a model that is there.")
    private boolean force;

    @Override
    Report execute() throws IOException {
        Path scenarioFile = run.resolve("scenario.yaml");
        if (Files.notExists(scenarioFile)) {
            throw new UserException(
                    run + ": no run (it has no scenario.yaml); name the folder given as --out of the training");
        }
        if (Files.exists(out.resolve("config.json")) && !force) {
            throw new UserException(
                    out + ": holds a model already; choose another --out, or say --force to replace it");
        }
        Path source = adapter == null ? run.resolve("adapter") : adapter;
        if (adapter == null && Files.notExists(source) && Files.exists(run.resolve("full-model"))) {
            throw new UserException(run + ": scheme fl trains all weights; " + run.resolve("full-model")
                    + " is an ordinary model folder already");
        }
        Scenario scenario = ScenarioReader.read(scenarioFile, List.of());
        long bytes;
        try (RunModel model = RunModel.open(scenario)) {
            PeftAdapter.Loaded loaded = PeftAdapter.read(source, model.base());
            bytes = MergedExport.write(out, model.checkpoint(), loaded.config(), loaded.lora(), loaded.state());
        }
        ObjectNode json = Json.object();
        json.put("model", out.toString()).put("bytes", bytes).put("adapter", source.toString());
        return new Report(json, out + ": " + ProgressView.bytes(bytes));
    }
}
