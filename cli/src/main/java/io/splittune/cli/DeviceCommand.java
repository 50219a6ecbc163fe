package io.splittune.cli;

import io.splittune.core.Ticker;
import io.splittune.core.UserException;
import io.splittune.training.ComputeGate;
import io.splittune.training.DeviceWorker;
import io.splittune.training.FileOptimizerStates;
import io.splittune.training.RunListener;
import io.splittune.transport.Admission;
import io.splittune.transport.CutLink;
import io.splittune.transport.LinkOptions;
import io.splittune.transport.TransportException;
import io.splittune.transport.grpc.GrpcDialer;
import io.splittune.transport.grpc.GrpcSecurity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "device",
        description = "Be a device of a run: train the first blocks on data that stays here.",
        footer = {
            "",
            "Example:",
            "  splittune device --server localhost:7433 --id device-1 --certs certs",
        })
final class DeviceCommand extends AbstractCommand {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);
    // A server is silent while it waits for slower devices and evaluates; a dead one is noticed by the transport.
    private static final Duration SERVER_TIMEOUT = Duration.ofHours(6);
    private static final int LONGEST_PAUSE_SECONDS = 30;

    @Option(names = "--server", paramLabel = "HOST:PORT", required = true, description = "Where the server listens.")
    private String server = "";

    @Option(
            names = "--id",
            paramLabel = "ID",
            required = true,
            description = "This device's name, as in its certificate.")
    private String id = "";

    @Mixin
    private SecurityOptions security = new SecurityOptions();

    @Option(
            names = "--data",
            paramLabel = "PATH",
            description =
                    "Own training data, in the format of the scenario (default: the scenario's data, if it is here too).")
    private @Nullable Path data;

    @Option(
            names = "--share",
            paramLabel = "I/N",
            description = "Only the I-th of N parts of the data, spread as the scenario says.")
    private @Nullable String share;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "The run's checkpoint, if it is here; else the server sends this device's half, once.")
    private @Nullable String model;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder for weights and state (default: runs/ID).")
    private @Nullable Path out;

    @Option(
            names = "--give-up-after",
            paramLabel = "SECONDS",
            description = "How long to look for a server that has gone (default: ${DEFAULT-VALUE}).")
    private double giveUpAfterSeconds = 600;

    @Option(names = "--child", hidden = true, description = "Report to a parent process and end with it.")
    private boolean child;

    @Override
    Report execute() throws IOException {
        if (child) {
            ParentWatch.start();
        }
        checkOptions();
        Address address = Address.parse(server, "--server", 1);
        GrpcSecurity identity = security.device(id);
        Path folder = out == null ? Path.of("runs", id) : out;
        Optional<DataShare> part = Optional.ofNullable(share).map(DataShare::parse);
        try (DeviceHome home = new DeviceHome(folder, Optional.ofNullable(data), part, Optional.ofNullable(model));
                ProgressView view = new ProgressView(err(), ProgressView.isTerminal() && !child, List.of(id))) {
            RunListener listener = child ? new EventStream(out()) : new DeviceProgress(view);
            String lastWords = stayConnected(address, identity, home, folder, listener, view);
            return new Report(
                    Json.object().put("device", id).put("server", server).put("end", lastWords), lastWords);
        }
    }

    private void checkOptions() {
        try {
            Admission.checkDeviceId(id);
        } catch (IllegalArgumentException e) {
            throw new UserException("--id: " + e.getMessage(), e);
        }
        if (!(giveUpAfterSeconds >= 0 && giveUpAfterSeconds < 1e8)) {
            throw new UserException("--give-up-after: read " + giveUpAfterSeconds + ", expected seconds >= 0");
        }
    }

    /** Takes part until the run's end, and connects again as long as that makes sense. */
    private String stayConnected(
            Address address,
            GrpcSecurity identity,
            DeviceHome home,
            Path folder,
            RunListener listener,
            ProgressView view)
            throws IOException {
        Ticker ticker = Ticker.system();
        long lostAt = ticker.nanos();
        int pauseSeconds = 1;
        while (true) {
            long connectedAt = ticker.nanos();
            try (CutLink link = GrpcDialer.connect(
                    address.host(), address.port(), identity, LinkOptions.DEFAULT, CONNECT_TIMEOUT)) {
                return new DeviceWorker(
                                link,
                                new DeviceWorker.Identity(id, security.token(), SERVER_TIMEOUT),
                                home,
                                new FileOptimizerStates(folder.resolve("optimizer")),
                                new ComputeGate(1),
                                listener,
                                ticker)
                        .run();
            } catch (TransportException broken) {
                // A link that held for a while was a working one: the search begins anew.
                if (ticker.since(connectedAt).toSeconds() > 2 * LONGEST_PAUSE_SECONDS) {
                    lostAt = ticker.nanos();
                    pauseSeconds = 1;
                }
                double lostForSeconds = ticker.since(lostAt).toMillis() / 1e3;
                if (!passes(broken.kind()) || lostForSeconds + pauseSeconds > giveUpAfterSeconds) {
                    throw broken;
                }
                view.note(String.valueOf(broken.getMessage()).replaceFirst("\\.$", "") + "; trying again in "
                        + pauseSeconds + " s");
                pause(pauseSeconds);
                pauseSeconds = Math.min(2 * pauseSeconds, LONGEST_PAUSE_SECONDS);
            }
        }
    }

    private static boolean passes(TransportException.Kind kind) {
        return switch (kind) {
            case UNREACHABLE, CLOSED, TIMEOUT -> true;
            case REFUSED, AUTHENTICATION, VERSION, PROTOCOL, PORT_IN_USE, TOO_LARGE, INTERRUPTED -> false;
        };
    }

    private static void pause(int seconds) throws TransportException {
        try {
            if (new CountDownLatch(1).await(seconds, TimeUnit.SECONDS)) {
                throw new IllegalStateException("Nobody counts this latch down.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransportException(
                    TransportException.Kind.INTERRUPTED, "interrupted while waiting for the server", e);
        }
    }
}
