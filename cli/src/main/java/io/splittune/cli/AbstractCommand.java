package io.splittune.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What all commands share: {@code --json}, {@code --verbose}, {@code --help}, and where the result goes. */
abstract class AbstractCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--json",
            description = "Print one JSON object on standard output; everything else goes to standard error.")
    private boolean json;

    @Option(
            names = {"-v", "--verbose"},
            description = "Show stack traces.")
    private boolean verbose;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    /**
     * Does the work.
     *
     * @return what to print on standard output
     * @throws Exception a {@link io.splittune.core.UserException} for a user's mistake; anything else is a failure
     */
    abstract Report execute() throws Exception;

    @Override
    public final Integer call() throws Exception {
        Report report = execute();
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? Json.pretty(report.json()) : report.text().stripTrailing());
        out.flush();
        return CommandRunner.SUCCESS;
    }

    /** Returns standard error, for progress and notes. */
    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** Returns standard output, for commands that report to a parent process as they go. */
    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    final boolean isJson() {
        return json;
    }

    final boolean isVerbose() {
        return verbose;
    }
}
