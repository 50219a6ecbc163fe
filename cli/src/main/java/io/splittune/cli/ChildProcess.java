package io.splittune.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A {@code splittune} command in a process of its own, whose events are heard here. It ends when this process does: it
 * watches its standard input, of which this process holds the other end.
 */
final class ChildProcess {
    private static final Duration KILL_AFTER = Duration.ofSeconds(5);
    private static final long READER_MILLIS = 5_000;

    private final String name;
    private final Process process;
    private final Path log;
    private final Thread reader;

    private ChildProcess(String name, Process process, Path log, Consumer<JsonNode> events) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.reader = new Thread(() -> read(events), "splittune-read-" + name);
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts a command on the Java and the class path of this process.
     *
     * @param name for messages
     * @param arguments of the command
     * @param threads of libtorch
     * @param log where its standard error goes
     * @param events hears each event, on a thread of its own
     */
    static ChildProcess start(String name, List<String> arguments, int threads, Path log, Consumer<JsonNode> events)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (!option.startsWith("-agentlib:jdwp")) { // a debugger's port is taken
                command.add(option);
            }
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
        builder.environment().put("OMP_NUM_THREADS", String.valueOf(threads));
        return new ChildProcess(name, builder.start(), log, events);
    }

    private void read(Consumer<JsonNode> events) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("{\"event\"")) {
                    events.accept(Json.parse(line));
                }
            }
        } catch (IOException e) {
            process.destroy(); // its reports cannot be read: it is of no use any more
        }
    }

    String name() {
        return name;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    int exitCode() {
        return process.exitValue();
    }

    /** Waits for the end of the process and of its events; says whether it came in time. */
    boolean await(Duration timeout) throws InterruptedException {
        if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
            return false;
        }
        reader.join(READER_MILLIS);
        return true;
    }

    /** Returns the last line that the process wrote to standard error. */
    String lastWords() {
        try {
            List<String> lines = Files.readAllLines(log).stream()
                    .filter(line -> !line.isBlank() && !line.startsWith("\tat "))
                    .toList();
            return lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1);
        } catch (IOException e) {
            return "its log cannot be read: " + e.getMessage();
        }
    }

    /** Asks the process to end, and makes it after some seconds. */
    void kill() {
        process.destroy();
        try {
            if (!process.waitFor(KILL_AFTER.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
