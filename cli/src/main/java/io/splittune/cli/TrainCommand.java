package io.splittune.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.cli.scenario.Scenario;
import io.splittune.core.UserException;
import io.splittune.training.Scheme;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "train",
        description = "Train in this process: devices and server together, the fastest way to try a scenario.",
        footer = {"", "Example:", "  splittune train examples/shapes.yaml --set training.rounds=3 --out runs/try"})
final class TrainCommand extends AbstractCommand {
    private static final double SECONDS_PER_MINUTE = 60;

    @Mixin
    private ScenarioOptions scenarioOptions = new ScenarioOptions();

    @Mixin
    private RunOptions runOptions = new RunOptions();

    @Option(
            names = "--save-activations",
            paramLabel = "N",
            description = "Keep N activations of the last round, and their gradients, as .npy files in DIR/cut.")
    private int savedActivations;

    @Override
    Report execute() throws IOException {
        if (savedActivations < 0) {
            throw new UserException("--save-activations: read " + savedActivations + ", expected 0 or more");
        }
        Scenario scenario = scenarioOptions.read();
        List<Scheme> schemes = scenario.training().scheme().names().stream()
                .map(Settings::scheme)
                .toList();
        schemes.forEach(scheme -> requireResumable(scenario, scheme, runOptions));
        if (schemes.size() == 1) {
            Path folder = runOptions.folder(scenario);
            ObjectNode summary = train(scenario, schemes.get(0), folder);
            RunReport report = new RunReport(scenario);
            report.add(schemes.get(0).key(), folder, summary);
            report.write(folder).forEach(err()::println);
            return new Report(summary, text(summary));
        }
        return compare(scenario, schemes);
    }

    /** Refuses to go on with a scheme that keeps no checkpoints. */
    static void requireResumable(Scenario scenario, Scheme scheme, RunOptions options) {
        if (options.resume() && !Settings.resumes(scenario, scheme)) {
            throw new UserException("--resume: scheme " + scheme.key() + " keeps no checkpoints, only "
                    + Settings.schemes(Scheme::resumes) + " do, of adapters; use --force to start again");
        }
    }

    /** Each scheme gets a folder below the run's, and a table at the end sets them side by side. */
    private Report compare(Scenario scenario, List<Scheme> schemes) throws IOException {
        ObjectNode json = Json.object();
        ArrayNode runs = json.putArray("schemes");
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                "%-10s %9s %9s %10s %10s %12s %10s %8s%n",
                "scheme", "accuracy", "loss", "up", "down", "virtual min", "joules", "time"));
        RunReport report = new RunReport(scenario);
        for (Scheme scheme : schemes) {
            err().println("scheme " + scheme.key());
            Path folder = runOptions.folder(scenario).resolve(scheme.key());
            ObjectNode summary = train(scenario, scheme, folder);
            runs.add(summary);
            report.add(scheme.key(), folder, summary);
            text.append(String.format(
                    Locale.ROOT,
                    "%-10s %7.1f %% %9.4f %10s %10s %12.2f %10.0f %6.0f s%n",
                    scheme.key(),
                    100 * summary.path("finalAccuracy").asDouble(),
                    summary.path("finalLoss").asDouble(),
                    ProgressView.bytes(summary.path("bytesUp").asLong()),
                    ProgressView.bytes(summary.path("bytesDown").asLong()),
                    summary.path("virtualSeconds").asDouble() / SECONDS_PER_MINUTE,
                    summary.path("energyJoules").asDouble(),
                    summary.path("wallSeconds").asDouble()));
        }
        report.write(runOptions.folder(scenario)).forEach(err()::println);
        json.put("out", runOptions.folder(scenario).toString());
        return new Report(json, text.toString());
    }

    private ObjectNode train(Scenario scenario, Scheme scheme, Path folder) throws IOException {
        List<String> names = scheme == Scheme.CENTRAL
                ? List.of(scheme.key())
                : Devices.names(scenario.devices().count());
        try (ProgressView view = new ProgressView(err(), ProgressView.isTerminal(), names)) {
            return new LocalTraining(scenario, scheme, runOptions, folder, savedActivations, view).run();
        }
    }

    /** Returns a run's summary in words. */
    static String text(ObjectNode summary) {
        String trained = summary.path("adapter").isNull() ? "model" : "adapter";
        String perplexity = summary.has("finalPerplexity")
                ? String.format(
                        Locale.ROOT,
                        "perplexity %.3f (from %.3f), ",
                        summary.path("finalPerplexity").asDouble(),
                        summary.path("initialPerplexity").asDouble())
                : "";
        return String.format(
                Locale.ROOT,
                "%saccuracy %.1f %% (from %.1f %%) after %d rounds, %s up, %s down, %.2f virtual minutes; %s in %s",
                perplexity,
                100 * summary.path("finalAccuracy").asDouble(),
                100 * summary.path("initialAccuracy").asDouble(),
                summary.path("rounds").asInt(),
                ProgressView.bytes(summary.path("bytesUp").asLong()),
                ProgressView.bytes(summary.path("bytesDown").asLong()),
                summary.path("virtualSeconds").asDouble() / SECONDS_PER_MINUTE,
                trained,
                summary.path(trained).asText());
    }
}
