package io.splittune.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command above all commands. */
@Command(
        name = "splittune",
        description = {"Fine-tunes a transformer that is split between an edge server and many weak devices.", ""},
        subcommands = {
            SchemaCommand.class,
            CodecCommand.class,
            CertsCommand.class,
            QuickstartCommand.class,
            PretrainCommand.class,
            TrainCommand.class,
            ServerCommand.class,
            DeviceCommand.class,
            EvaluateCommand.class,
            ExportCommand.class,
            DoctorCommand.class,
        },
        versionProvider = Version.class,
        footer = {
            "",
            "splittune COMMAND --help explains a command and shows an example.",
            "Exit code: 0 success, 2 a mistake in the input, 1 anything else."
        })
final class SplitTune implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Print the version.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean version;

    @Override
    public void run() {
        CommandLine commands = spec.commandLine();
        commands.usage(commands.getErr());
        throw new ParameterException(commands, "missing command");
    }
}
