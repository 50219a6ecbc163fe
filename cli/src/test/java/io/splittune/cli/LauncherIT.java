package io.splittune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script on the build that is being verified. */
class LauncherIT {
    private static final Path LAUNCHER =
            Path.of("..", "splittune").toAbsolutePath().normalize();

    @TempDir
    private Path folder;

    private record Ended(int exitCode, String out, String err) {}

    @BeforeAll
    static void takeTheBuildThatIsBeingVerified() throws Exception {
        // The stamp says that target/ is newer than the sources: verify has just packaged them.
        Files.writeString(Path.of("target", "splittune.stamp"), "");
    }

    private Ended run(Path launcher, Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return new Ended(
                process.exitValue(),
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }

    @Test
    void runsFromAnotherDirectoryAndThroughLinks() throws Exception {
        Ended direct = run(LAUNCHER, Map.of(), "--version");
        assertThat(direct.exitCode()).as(direct.err()).isZero();
        assertThat(direct.out()).startsWith("splittune ");
        Path link = Files.createSymbolicLink(folder.resolve("first"), LAUNCHER);
        Path second = Files.createSymbolicLink(folder.resolve("second"), link.getFileName());
        assertThat(run(second, Map.of(), "--version").out()).isEqualTo(direct.out());
    }

    @Test
    void exitCodesAndTheWorkingDirectoryAreTheCallers() throws Exception {
        Files.writeString(folder.resolve("here.yaml"), "trainning: {}");
        Ended mistake = run(LAUNCHER, Map.of(), "train", "here.yaml");
        assertThat(mistake.exitCode()).isEqualTo(2);
        assertThat(mistake.out()).isEmpty();
        assertThat(mistake.err()).startsWith("splittune train: here.yaml: trainning (line 1): unknown key");
    }

    @Test
    void argumentsWithSpacesAndStarsArriveWhole() throws Exception {
        Ended mistake = run(LAUNCHER, Map.of(), "train", "a file * .yaml");
        assertThat(mistake.err()).contains("a file * .yaml: no such file");
    }

    @Test
    void javaOptionsArePassedOn() throws Exception {
        Ended settings = run(LAUNCHER, Map.of("SPLITTUNE_JAVA_OPTS", "-XshowSettings:vm -Xmx300m"), "--version");
        assertThat(settings.exitCode()).isZero();
        assertThat(settings.out() + settings.err()).contains("300.00M");
    }

    @Test
    void brokenJavaHomeFallsBackToAnotherJava() throws Exception {
        assertThat(run(LAUNCHER, Map.of("JAVA_HOME", folder.toString()), "--version")
                        .exitCode())
                .isZero();
    }

    @Test
    void serverAndDevicesLeaveNoProcessBehind() throws Exception {
        Path scenario = TinyModel.scenario(folder);
        Ended run = run(
                LAUNCHER,
                Map.of(),
                "quickstart",
                "--json",
                "--out",
                "run",
                "--set",
                "model.checkpoint=" + scenario.resolveSibling("model"),
                "--set",
                "training.rounds=1",
                "--set",
                "data.trainLimit=30",
                "--set",
                "data.testLimit=10");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(Json.parse(run.out()).path("deviceMemoryMeasuredBytes").asLong())
                .isPositive();
        assertThat(run.err()).contains("mutual TLS", "device-1 joined", "device-2 joined", "device-3 joined");
        assertThat(ProcessHandle.allProcesses()
                        .filter(process ->
                                process.info().commandLine().orElse("").contains(folder.toString())))
                .isEmpty();
    }
}
