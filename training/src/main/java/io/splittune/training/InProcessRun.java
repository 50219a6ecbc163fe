package io.splittune.training;

import io.splittune.core.Ticker;
import io.splittune.transport.CutLink;
import io.splittune.transport.InProcessTransport;
import io.splittune.transport.TransportException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A split run with all devices and the server in one process: the same device and server code as over a network, on links
 * between threads, with one frozen base for all.
 */
public final class InProcessRun {
    private static final Duration JOIN = Duration.ofMinutes(5);
    private static final Duration SERVER_TIMEOUT = Duration.ofHours(6);

    private static final Duration CLEAN_UP = Duration.ofMinutes(1);

    private final AtomicReference<@Nullable Exception> deviceFailure = new AtomicReference<>();
    private final TrainingServer server;
    private final List<DeviceTask> tasks;
    private final RunParties parties;
    private final HalfSource model;
    private final List<OptimizerStates> states;
    private final RunListener listener;
    private final ComputeGate gate;
    private final Ticker ticker;

    /**
     * Prepares a run.
     *
     * @param server of the run
     * @param parties its devices' names
     * @param tasks each device's data, in the order of {@code parties}
     * @param model the frozen base that all share
     * @param states each device's optimiser store, in the order of {@code parties}
     * @param listener hears how the run goes
     * @param gate how many may compute at once; the same as the server's
     * @param ticker measures compute time
     */
    public InProcessRun(
            TrainingServer server,
            RunParties parties,
            List<DeviceTask> tasks,
            HalfSource model,
            List<OptimizerStates> states,
            RunListener listener,
            ComputeGate gate,
            Ticker ticker) {
        this.server = server;
        this.parties = parties;
        this.tasks = List.copyOf(tasks);
        this.model = model;
        this.states = List.copyOf(states);
        this.listener = listener;
        this.gate = gate;
        this.ticker = ticker;
    }

    /**
     * Runs all rounds.
     *
     * @return the outcome
     * @throws io.splittune.core.UserException also for what a device could not read
     * @throws IOException when a checkpoint cannot be written
     */
    public RunSummary run() throws IOException {
        ExecutorService threads = DaemonThreads.pool("splittune-device");
        try (InProcessTransport transport = new InProcessTransport()) {
            for (int i = 0; i < tasks.size(); i++) {
                int index = i;
                threads.execute(() -> device(transport, index));
            }
            return server.run(transport.listener(), JOIN);
        } catch (RuntimeException | IOException failed) {
            Exception cause = deviceFailure.get();
            // A broken link is all that a device sees of a server that has failed.
            if (cause == null || cause instanceof TransportException) {
                throw failed;
            }
            cause.addSuppressed(failed);
            if (cause instanceof IOException io) {
                throw io;
            }
            throw (RuntimeException) cause;
        } finally {
            threads.shutdown();
            awaitDevices(threads);
        }
    }

    /** The links are closed by now; what is left is the devices' own cleaning up. */
    private static void awaitDevices(ExecutorService threads) {
        try {
            if (!threads.awaitTermination(CLEAN_UP.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        "Devices still run " + CLEAN_UP.toSeconds() + " s after their run's end.");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void device(InProcessTransport transport, int index) {
        String id = parties.deviceIds().get(index);
        try (CutLink link = transport.connect()) {
            new DeviceWorker(
                            link,
                            new DeviceWorker.Identity(id, "", SERVER_TIMEOUT),
                            new SharedWeights(tasks.get(index), model),
                            states.get(index),
                            gate,
                            listener,
                            ticker)
                    .run();
        } catch (IOException | RuntimeException failed) {
            // Nothing is lost on the way here: what fails is the data or the program, so the run ends and says why.
            deviceFailure.compareAndSet(null, failed);
            transport.close();
        }
    }
}
