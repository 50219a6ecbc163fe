package io.splittune.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.splittune.cli.scenario.Scenario;
import io.splittune.core.UserException;
import io.splittune.transport.DevelopmentCertificates;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A server and its devices as processes of this machine, over mutual TLS with certificates made for the occasion. None of
 * them outlives this process, however it ends.
 */
final class LocalCluster implements AutoCloseable {
    private static final Duration LISTEN_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(500);
    private static final Duration GOODBYE = Duration.ofSeconds(20);
    private static final Duration VALIDITY = Duration.ofDays(2);

    private final Path scratch;
    private final ProgressView view;
    private final List<ChildProcess> children = new ArrayList<>();
    private volatile boolean ending;
    private final Thread onExit = new Thread(this::abandon, "splittune-kill-children");

    /**
     * Prepares a cluster.
     *
     * @param scratch folder for certificates, logs and the devices' files
     * @param view shows how it goes
     */
    LocalCluster(Path scratch, ProgressView view) {
        this.scratch = scratch;
        this.view = view;
        Runtime.getRuntime().addShutdownHook(onExit);
    }

    /**
     * Runs a scenario to its end.
     *
     * @param scenarioFile for the server
     * @param scenario the same
     * @param out folder of the run
     * @param force whether a run that is there is replaced
     * @throws UserException when a process ended for a mistake of the user
     */
    void run(Path scenarioFile, Scenario scenario, Path out, boolean force) throws IOException, InterruptedException {
        List<String> names = Devices.names(scenario.devices().count());
        Path certs = scratch.resolve("certs");
        DevelopmentCertificates.create(certs, List.of(), names, VALIDITY, false);
        int cores = Runtime.getRuntime().availableProcessors();

        List<String> arguments = new ArrayList<>(List.of("server", scenarioFile.toString(), "--listen", "localhost:0"));
        arguments.addAll(List.of("--certs", certs.toString(), "--out", out.toString(), "--child"));
        if (force) {
            arguments.add("--force");
        }
        // The server gets no more threads per operation than a device: idle ones would take turns with the devices'.
        int threads = Math.max(1, cores / names.size());
        CompletableFuture<Integer> port = new CompletableFuture<>();
        ChildProcess server = start("server", arguments, threads, event -> {
            if (event.path("event").asText().equals("listening")) {
                port.complete(event.path("port").asInt());
            }
            EventStream.replay(event, view);
        });
        int listening = awaitPort(server, port);
        view.note("server (process of its own) listens on localhost:" + listening + ", mutual TLS; starting "
                + names.size() + " device processes");
        List<ChildProcess> devices = new ArrayList<>();
        for (String name : names) {
            List<String> device =
                    new ArrayList<>(List.of("device", "--server", "localhost:" + listening, "--id", name));
            device.addAll(List.of(
                    "--certs", certs.toString(), "--out", scratch.resolve(name).toString(), "--child"));
            devices.add(start(name, device, threads, event -> EventStream.replay(event, view)));
        }
        awaitEnd(server, devices);
    }

    private ChildProcess start(String name, List<String> arguments, int threads, Consumer<JsonNode> events)
            throws IOException {
        ChildProcess child = ChildProcess.start(name, arguments, threads, scratch.resolve(name + ".log"), events);
        synchronized (children) {
            children.add(child);
        }
        return child;
    }

    private static int awaitPort(ChildProcess server, CompletableFuture<Integer> port) throws InterruptedException {
        for (long waited = 0; waited < LISTEN_TIMEOUT.toMillis(); waited += LOOK_INTERVAL.toMillis()) {
            try {
                return port.get(LOOK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException notYet) {
                requireSuccess(server);
            } catch (ExecutionException e) {
                throw new IllegalStateException("The port is only ever completed with a value.", e);
            }
        }
        throw new IllegalStateException(
                "the server did not get ready within " + LISTEN_TIMEOUT.toSeconds() + " s: " + server.lastWords());
    }

    private void awaitEnd(ChildProcess server, List<ChildProcess> devices) throws InterruptedException {
        List<ChildProcess> watched = new ArrayList<>(devices);
        while (!server.await(LOOK_INTERVAL)) {
            for (ChildProcess device : List.copyOf(watched)) {
                if (!device.isAlive()) {
                    watched.remove(device);
                    if (device.exitCode() != CommandRunner.SUCCESS && !ending) {
                        view.note(device.name() + " ended: " + device.lastWords());
                    }
                }
            }
            if (watched.isEmpty() && devices.stream().allMatch(device -> device.exitCode() != CommandRunner.SUCCESS)) {
                throw new IllegalStateException("all devices ended before the run did: "
                        + devices.get(0).lastWords());
            }
        }
        requireSuccess(server);
        for (ChildProcess device : devices) {
            if (!device.await(GOODBYE)) {
                view.note(device.name() + " did not end by itself");
            }
        }
    }

    /** A process that ended for the user's mistake has said so in its last line, behind its command's name. */
    private static void requireSuccess(ChildProcess child) {
        if (child.isAlive() || child.exitCode() == CommandRunner.SUCCESS) {
            return;
        }
        if (child.exitCode() == CommandRunner.USER_MISTAKE) {
            throw new UserException(child.lastWords().replaceFirst("^splittune \\w+: ", ""));
        }
        throw new IllegalStateException("the " + child.name() + " process ended: " + child.lastWords());
    }

    /** The process was interrupted: its own {@code finally} blocks may not get to run. */
    private void abandon() {
        ending = true;
        killAll();
        try {
            RunDirectory.delete(scratch);
        } catch (IOException e) {
            // It lies in the system's temporary folder, which is cleared in time.
        }
    }

    private void killAll() {
        List<ChildProcess> all;
        synchronized (children) {
            all = List.copyOf(children);
        }
        all.parallelStream().forEach(ChildProcess::kill);
    }

    @Override
    public void close() {
        killAll();
        try {
            Runtime.getRuntime().removeShutdownHook(onExit);
        } catch (IllegalStateException alreadyEnding) {
            // The hook is running, or has run; it does the same.
        }
    }
}
