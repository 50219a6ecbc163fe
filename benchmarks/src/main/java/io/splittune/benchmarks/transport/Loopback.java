package io.splittune.benchmarks.transport;

import io.splittune.transport.Admission;
import io.splittune.transport.CutLink;
import io.splittune.transport.DevelopmentCertificates;
import io.splittune.transport.LinkOptions;
import io.splittune.transport.Message;
import io.splittune.transport.SessionProtocol;
import io.splittune.transport.StepId;
import io.splittune.transport.TransportException;
import io.splittune.transport.grpc.GrpcDialer;
import io.splittune.transport.grpc.GrpcListener;
import io.splittune.transport.grpc.GrpcSecurity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A device and a server on this machine; the server answers each activation with a gradient of the same size. */
final class Loopback implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final StepId STEP = new StepId(0, 0, 0, 0);
    private static final String DEVICE = "device-1";

    private final Path folder;
    private final GrpcListener listener;
    private final CutLink device;
    private final Message.Activation activation;

    private Loopback(Path folder, GrpcListener listener, CutLink device, int bytes) {
        this.folder = folder;
        this.listener = listener;
        this.device = device;
        this.activation = new Message.Activation(STEP, new byte[bytes], new int[] {1}, new int[0], true);
    }

    static Loopback open(boolean tls, int bytes) throws IOException {
        Path folder = Files.createTempDirectory("splittune-loopback");
        DevelopmentCertificates.create(folder, List.of(), List.of(DEVICE), Duration.ofDays(1), false);
        GrpcSecurity ofServer = GrpcSecurity.insecure();
        GrpcSecurity ofDevice = GrpcSecurity.insecure();
        if (tls) {
            ofServer = GrpcSecurity.mutualTls(DevelopmentCertificates.server(folder));
            ofDevice = GrpcSecurity.mutualTls(DevelopmentCertificates.device(folder, DEVICE));
        }
        GrpcListener listener = GrpcListener.listen("127.0.0.1", 0, ofServer, Admission.any(), LinkOptions.DEFAULT);
        CutLink device = GrpcDialer.connect("127.0.0.1", listener.port(), ofDevice, LinkOptions.DEFAULT, PATIENCE);
        device.send(new Message.Hello(SessionProtocol.VERSION, DEVICE, "", 0, Map.of()));
        CutLink server = listener.accept(PATIENCE);
        server.receive(Message.Hello.class, PATIENCE);
        Thread answering = new Thread(() -> answer(server), "answering");
        answering.setDaemon(true);
        answering.start();
        return new Loopback(folder, listener, device, bytes);
    }

    private static void answer(CutLink server) {
        try (server) {
            while (true) {
                Message.Activation received = server.receive(Message.Activation.class, PATIENCE);
                server.send(new Message.Gradient(received.step(), received.frame(), 0, 0));
            }
        } catch (TransportException over) {
            // The device hangs up when it is done.
            return;
        }
    }

    /** One step's way: up and down. */
    Message.Gradient step() throws TransportException {
        device.send(activation);
        return device.receive(Message.Gradient.class, PATIENCE);
    }

    @Override
    public void close() throws IOException {
        device.close();
        listener.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
