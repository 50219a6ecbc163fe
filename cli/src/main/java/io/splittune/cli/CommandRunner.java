package io.splittune.cli;

import io.splittune.core.UserException;
import io.splittune.transport.TransportException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Runs one command line: parsing, output, and what an error looks like. */
final class CommandRunner {
    /** Exit code of success. */
    static final int SUCCESS = 0;

    /** Exit code of anything that is not the user's mistake. */
    static final int FAILURE = 1;

    /** Exit code of a mistake that the user can mend. */
    static final int USER_MISTAKE = 2;

    private static final int HELP_COLUMNS = 110;

    private CommandRunner() {}

    /**
     * Runs a command.
     *
     * @param arguments the command line
     * @param out standard output: results only
     * @param err standard error: progress, logs and errors
     * @return the exit code
     */
    static int run(String[] arguments, PrintWriter out, PrintWriter err) {
        List<String> known = SplitTune.names();
        // To describe all commands takes a third of a short command's time; only a name that is none needs the others.
        boolean called = arguments.length > 0 && known.contains(arguments[0]);
        return commandLine(called ? List.of(arguments[0]) : known, out, err).execute(arguments);
    }

    /** Returns the parser of all commands. */
    static CommandLine commandLine(PrintWriter out, PrintWriter err) {
        return commandLine(SplitTune.names(), out, err);
    }

    private static CommandLine commandLine(List<String> names, PrintWriter out, PrintWriter err) {
        CommandLine commands = new CommandLine(new SplitTune());
        names.forEach(name -> commands.addSubcommand(SplitTune.command(name)));
        commands.setOut(out)
                .setErr(err)
                .setUsageHelpWidth(HELP_COLUMNS)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> report(failure, command))
                .setParameterExceptionHandler((mistake, ignored) -> report(mistake));
        commands.getCommandSpec().usageMessage().commandListHeading(""); // every group has a heading of its own
        commands.getHelpSectionMap()
                .put(CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST, CommandGroups::render);
        return commands;
    }

    private static int report(ParameterException mistake) {
        CommandLine command = mistake.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        command.getErr().println(name + ": " + words(mistake) + " (" + name + " --help shows the usage)");
        return USER_MISTAKE;
    }

    private static String words(ParameterException mistake) {
        if (!(mistake instanceof UnmatchedArgumentException unmatched)) {
            return oneLine(mistake);
        }
        String word = unmatched.getUnmatched().get(0);
        boolean command = unmatched.getCommandLine().getCommandSpec().parent() == null && !word.startsWith("-");
        String kind = word.startsWith("-") ? "unknown option" : command ? "unknown command" : "unexpected";
        Optional<String> nearest = unmatched.getSuggestions().stream().findFirst();
        return kind + " '" + word + "'"
                + nearest.map(known -> "; did you mean '" + known + "'?").orElse("");
    }

    private static int report(Exception failure, CommandLine command) {
        PrintWriter err = command.getErr();
        Object object = command.getCommand();
        boolean verbose = object instanceof AbstractCommand abstractCommand && abstractCommand.isVerbose();
        int exitCode = exitCode(failure);
        String kind = failure instanceof UserException || failure instanceof TransportException
                ? ""
                : failure.getClass().getSimpleName() + ": ";
        err.println(command.getCommandSpec().qualifiedName() + ": " + kind + oneLine(failure)
                + (exitCode == FAILURE && !verbose ? " (--verbose shows where)" : ""));
        if (verbose) {
            failure.printStackTrace(err);
        }
        err.flush();
        return exitCode;
    }

    private static int exitCode(Exception failure) {
        if (failure instanceof UserException) {
            return USER_MISTAKE;
        }
        if (failure instanceof TransportException broken) {
            return switch (broken.kind()) {
                case REFUSED, VERSION, AUTHENTICATION, UNREACHABLE, PORT_IN_USE -> USER_MISTAKE;
                case TIMEOUT, CLOSED, PROTOCOL, TOO_LARGE, INTERRUPTED -> FAILURE;
            };
        }
        return FAILURE;
    }

    private static String oneLine(Throwable failure) {
        @Nullable String message = failure.getMessage();
        return message == null
                ? "no message"
                : String.join(" ", Arrays.asList(message.strip().split("\\s*\\R\\s*", -1)));
    }
}
