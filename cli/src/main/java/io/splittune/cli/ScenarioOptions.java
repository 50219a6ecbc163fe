package io.splittune.cli;

import io.splittune.cli.scenario.Scenario;
import io.splittune.cli.scenario.ScenarioReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The scenario file and what overrides it. */
final class ScenarioOptions {
    @Parameters(paramLabel = "SCENARIO", description = "Scenario file (YAML); splittune schema explains its keys.")
    @SuppressWarnings("NullAway.Init") // picocli requires it
    private Path file;

    @Option(
            names = "--set",
            paramLabel = "PATH=VALUE",
            description = "Override a key, as in --set split.cut=3; may be given several times.")
    private List<String> overrides = new ArrayList<>();

    @Option(names = "--seed", paramLabel = "N", description = "Short for --set seed=N.")
    private @Nullable Long seed;

    /**
     * Reads the scenario.
     *
     * @param last overrides that a command adds to the user's own
     */
    Scenario read(String... last) {
        List<String> all = new ArrayList<>(overrides);
        if (seed != null) {
            all.add("seed=" + seed);
        }
        all.addAll(List.of(last));
        return ScenarioReader.read(file, all);
    }
}
