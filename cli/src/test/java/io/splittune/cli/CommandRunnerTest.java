package io.splittune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CommandRunnerTest {
    private static Map<String, CommandLine> commands() {
        PrintWriter nowhere = new PrintWriter(PrintWriter.nullWriter());
        return CommandRunner.commandLine(nowhere, nowhere).getSubcommands();
    }

    @Test
    void helpListsEveryCommandUnderAHeading() {
        Cli help = Cli.run("--help");
        assertThat(help.exitCode()).isZero();
        assertThat(help.out()).contains("Train:", "Use what was trained:", "Set up and look inside:");
        commands().keySet().forEach(name -> assertThat(help.out()).containsPattern("(?m)^  " + name + " "));
    }

    @Test
    void everyCommandHasAnExampleThatItsOwnParserTakes() {
        commands().forEach((name, command) -> {
            List<String> examples = new ArrayList<>();
            for (String line : command.getCommandSpec().usageMessage().footer()) {
                if (line.startsWith("  splittune ")) {
                    examples.add(line.strip().substring("splittune ".length()).replaceFirst(" > .*", ""));
                }
            }
            assertThat(examples).as(name).isNotEmpty();
            PrintWriter nowhere = new PrintWriter(PrintWriter.nullWriter());
            examples.forEach(
                    example -> CommandRunner.commandLine(nowhere, nowhere).parseArgs(example.split(" ")));
            assertThat(examples.get(examples.size() - 1)).startsWith(name);
        });
    }

    @Test
    void everyCommandTakesJsonAndVerbose() {
        commands()
                .forEach((name, command) -> assertThat(
                                command.getCommandSpec().optionsMap().keySet())
                        .as(name)
                        .contains("--json", "--verbose", "--help"));
    }

    @Test
    void mistakesInTheCommandLineAreOneLineWithARemedy() {
        assertThat(Cli.run("codek").mistake()).contains("'codek'", "did you mean 'codec'?");
        assertThat(Cli.run("codec", "x.npy").mistake()).contains("--keep: missing; give both, or --sweep");
        assertThat(Cli.run("codec", "x.npy", "--keep", "a", "--levels", "3").mistake())
                .contains("'a' is not a double");
        assertThat(Cli.run("train", "nowhere.yaml").mistake()).contains("nowhere.yaml: no such file");
        assertThat(Cli.run().exitCode()).isEqualTo(2);
        assertThat(Cli.run("--version").out()).startsWith("splittune ");
    }

    @Test
    void verboseShowsWhereAMistakeWasFound() {
        Cli verbose = Cli.run("train", "nowhere.yaml", "--verbose");
        assertThat(verbose.exitCode()).isEqualTo(2);
        assertThat(verbose.err()).contains("\tat io.splittune.cli");
    }

    @Test
    void failuresThatAreNotTheUsersEndWithOne(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        Cli failed = Cli.run("certs", file.resolve("below"), "--devices", 1);
        assertThat(failed.exitCode()).as(failed.err()).isNotZero();
    }

    @Test
    void schemaIsPrintedAsJson() {
        assertThat(Cli.run("schema").json().path("title").asText()).isEqualTo("SplitTune scenario");
        assertThat(Cli.run("schema", "--json")
                        .json()
                        .at("/properties/training/properties/rounds/default")
                        .asInt())
                .isEqualTo(20);
    }

    @Test
    void certificatesAreMadeAndNotReplaced(@TempDir Path folder) {
        JsonNode made = Cli.run("certs", folder, "--devices", 2, "--device", "gate", "--json")
                .json();
        assertThat(made.path("devices").findValuesAsText("id")).containsExactly("gate", "device-1", "device-2");
        made.path("devices")
                .forEach(device ->
                        assertThat(Path.of(device.path("certificate").asText())).exists());
        assertThat(Cli.run("certs", folder, "--devices", 1).mistake()).contains("--force");
        assertThat(Cli.run("certs", folder).mistake()).contains("no device named");
        assertThat(Cli.run("certs", folder, "--device", "a b", "--force").mistake())
                .contains("a b");
        assertThat(Cli.run("certs", folder, "--devices", -1).mistake()).contains("--devices: read -1");
        assertThat(Cli.run("certs", folder, "--devices", 1, "--days", 0, "--force")
                        .mistake())
                .contains("--days: read 0");
    }

    @Test
    void networkOptionsAreCheckedBeforeAnythingStarts() {
        assertThat(Cli.run("device", "--server", "nohost", "--id", "d").mistake())
                .contains("expected HOST:PORT");
        assertThat(Cli.run("device", "--server", "h:0", "--id", "d").mistake()).contains("expected HOST:PORT");
        assertThat(Cli.run("device", "--server", "h:99999", "--id", "d").mistake())
                .contains("expected HOST:PORT");
        assertThat(Cli.run("device", "--server", "h:1", "--id", "d").mistake())
                .contains("no certificates; give --certs");
        assertThat(Cli.run("device", "--server", "h:1", "--id", "a/b").mistake())
                .contains("--id");
        assertThat(Cli.run("device", "--server", "h:1", "--id", "d", "--insecure", "--share", "3/2")
                        .mistake())
                .contains("--share: read '3/2', expected I/N");
        assertThat(Cli.run("device", "--server", "h:1", "--id", "d", "--insecure", "--certs", "x")
                        .mistake())
                .contains("--insecure: excludes");
        assertThat(Address.parse("[::1]:80", "--server", 1)).isEqualTo(new Address("::1", 80));
    }
}
