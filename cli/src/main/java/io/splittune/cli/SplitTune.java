package io.splittune.cli;

import java.util.List;
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

    /** Returns the commands' names. */
    static List<String> names() {
        return List.of(
                "schema",
                "codec",
                "certs",
                "quickstart",
                "pretrain",
                "train",
                "server",
                "device",
                "evaluate",
                "generate",
                "export",
                "plan",
                "simulate",
                "calibrate",
                "reproduce",
                "doctor");
    }

    /** Makes a command; a class that is not asked for is not loaded. */
    static AbstractCommand command(String name) {
        return switch (name) {
            case "schema" -> new SchemaCommand();
            case "codec" -> new CodecCommand();
            case "certs" -> new CertsCommand();
            case "quickstart" -> new QuickstartCommand();
            case "pretrain" -> new PretrainCommand();
            case "train" -> new TrainCommand();
            case "server" -> new ServerCommand();
            case "device" -> new DeviceCommand();
            case "evaluate" -> new EvaluateCommand();
            case "generate" -> new GenerateCommand();
            case "export" -> new ExportCommand();
            case "plan" -> new PlanCommand();
            case "simulate" -> new SimulateCommand();
            case "calibrate" -> new CalibrateCommand();
            case "reproduce" -> new ReproduceCommand();
            case "doctor" -> new DoctorCommand();
            default -> throw new IllegalArgumentException("There is no command '" + name + "'.");
        };
    }

    @Override
    public void run() {
        CommandLine commands = spec.commandLine();
        commands.usage(commands.getErr());
        throw new ParameterException(commands, "missing command");
    }
}
