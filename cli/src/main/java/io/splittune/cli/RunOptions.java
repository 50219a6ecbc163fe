package io.splittune.cli;

import io.splittune.cli.scenario.Scenario;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a run goes. */
final class RunOptions {
    @Option(names = "--out", paramLabel = "DIR", description = "Folder of the run (default: runs/NAME).")
    private @Nullable Path out;

    @Option(names = "--force", description = "Replace a run that is there.")
    private boolean force;

    @Option(names = "--resume", description = "Go on with the run that is there.")
    private boolean resume;

    Path folder(Scenario scenario) {
        return out == null ? Path.of("runs", scenario.name().replaceAll("[^A-Za-z0-9._-]", "-")) : out;
    }

    boolean force() {
        return force;
    }

    boolean resume() {
        return resume;
    }
}
