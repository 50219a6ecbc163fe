package io.splittune.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.splittune.core.UserException;
import io.splittune.transport.Admission;
import io.splittune.transport.CutLink;
import io.splittune.transport.LinkOptions;
import io.splittune.transport.Message;
import io.splittune.transport.Messages;
import io.splittune.transport.TransportException;
import io.splittune.transport.TransportException.Kind;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Networks and peers that fail. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class NetworkFaultTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration LONG = Duration.ofSeconds(100);
    private static final LinkOptions OPTIONS = LinkOptions.DEFAULT.withCloseTimeout(Duration.ofMillis(200));

    private static GrpcListener listen(Keepalive keepalive) throws TransportException {
        return GrpcListener.listen("127.0.0.1", 0, GrpcSecurity.insecure(), Admission.any(), OPTIONS, keepalive);
    }

    private static CutLink connect(int port) throws TransportException {
        return GrpcDialer.connect("127.0.0.1", port, GrpcSecurity.insecure(), OPTIONS, SOON);
    }

    private static void assertKind(Throwable failure, Kind... allowed) {
        assertThat(failure).isInstanceOf(TransportException.class);
        assertThat(((TransportException) failure).kind())
                .as(failure.getMessage())
                .isIn((Object[]) allowed);
    }

    @Test
    void aConnectionCutInTheMiddleOfAMessageEndsBothSides() throws Exception {
        try (GrpcListener listener = listen(Keepalive.DEFAULT);
                TcpProxy network = new TcpProxy(listener.port(), 9 << 20, TcpProxy.Then.RESET);
                CutLink device = connect(network.port());
                CutLink server = listener.accept(SOON)) {
            device.send(Messages.hello("device-1"));
            server.receive(Message.Hello.class, SOON);
            CompletableFuture<Throwable> sender = failureOf(() -> device.send(Messages.activation(1, 60 << 20)));
            assertThatThrownBy(() -> server.receive(SOON)).satisfies(cut -> assertKind(cut, Kind.CLOSED));
            assertKind(sender.get(20, TimeUnit.SECONDS), Kind.UNREACHABLE, Kind.CLOSED);
            assertThatThrownBy(() -> device.receive(SOON))
                    .satisfies(cut -> assertKind(cut, Kind.UNREACHABLE, Kind.CLOSED));

            // The server serves the next one.
            try (CutLink again = connect(listener.port());
                    CutLink atServer = listener.accept(SOON)) {
                again.send(Messages.hello("device-1"));
                assertThat(atServer.receive(Message.Hello.class, SOON).deviceId())
                        .isEqualTo("device-1");
            }
        }
    }

    /** Slow, since gRPC asks no more often than every 10 s whatever it is told. */
    @Test
    @Tag("slow")
    void theServerNoticesADeviceThatFellSilentInTheMiddleOfAMessage() throws Exception {
        Keepalive quick = new Keepalive(Duration.ofMillis(300), Duration.ofMillis(300));
        try (GrpcListener listener = listen(quick);
                TcpProxy network = new TcpProxy(listener.port(), 2 << 20, TcpProxy.Then.SILENCE);
                CutLink device = connect(network.port());
                CutLink server = listener.accept(SOON)) {
            device.send(Messages.hello("device-1"));
            server.receive(Message.Hello.class, SOON);
            CompletableFuture<Throwable> sender = failureOf(() -> device.send(Messages.activation(1, 60 << 20)));
            network.awaitTripped();
            assertThatThrownBy(() -> server.receive(SOON)).satisfies(cut -> assertKind(cut, Kind.CLOSED));
            assertThat(sender).isNotDone();
            device.close();
            assertKind(sender.get(20, TimeUnit.SECONDS), Kind.CLOSED);
        }
    }

    @Test
    @Tag("slow")
    void aDeviceNoticesAServerThatFellSilent() throws Exception {
        try (GrpcListener listener = listen(Keepalive.DEFAULT);
                TcpProxy network = new TcpProxy(listener.port(), 2_000_000, TcpProxy.Then.SILENCE);
                CutLink device = connect(network.port());
                CutLink server = listener.accept(SOON)) {
            device.send(Messages.hello("device-1"));
            server.receive(Message.Hello.class, SOON);
            CompletableFuture<Throwable> sender = failureOf(() -> device.send(Messages.activation(1, 60 << 20)));
            network.awaitTripped();
            assertThatThrownBy(() -> device.receive(LONG)).satisfies(cut -> assertKind(cut, Kind.UNREACHABLE));
            assertKind(sender.get(1, TimeUnit.SECONDS), Kind.UNREACHABLE);
        }
    }

    @Test
    @Tag("slow")
    void longComputingWithoutMessagesCutsNothing() throws Exception {
        Keepalive often = new Keepalive(Duration.ofSeconds(10), Duration.ofSeconds(5));
        try (GrpcListener listener = listen(often);
                CutLink device = GrpcDialer.connect(
                        "127.0.0.1", listener.port(), GrpcSecurity.insecure(), OPTIONS, SOON, often);
                CutLink server = listener.accept(SOON)) {
            device.send(Messages.hello("device-1"));
            server.receive(Message.Hello.class, SOON);
            // Long enough for several pings each way, and for gRPC to count too many of them.
            assertThatThrownBy(() -> device.receive(Duration.ofSeconds(65)))
                    .satisfies(nothing -> assertKind(nothing, Kind.TIMEOUT));
            server.send(new Message.Goodbye("still here"));
            assertThat(device.receive(SOON)).isEqualTo(new Message.Goodbye("still here"));
        }
    }

    @Test
    void aPortInUseIsToldInOneLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> GrpcListener.listen(
                            "127.0.0.1", taken.getLocalPort(), GrpcSecurity.insecure(), Admission.any(), OPTIONS))
                    .satisfies(failure -> assertKind(failure, Kind.PORT_IN_USE))
                    .hasMessageContaining("port " + taken.getLocalPort())
                    .hasMessageContaining("--port")
                    .hasMessageNotContaining("\n");
        }
        assertThat(Threads.leftOver("splittune-")).isEmpty();
    }

    @Test
    void aRefusedConnectionIsToldInOneLine() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        assertThatThrownBy(() -> connect(free))
                .satisfies(failure -> assertKind(failure, Kind.UNREACHABLE))
                .hasMessageContaining("127.0.0.1:" + free)
                .hasMessageContaining("refuses the connection")
                .hasMessageNotContaining("\n");
        assertThat(Threads.leftOver("splittune-")).isEmpty();
    }

    @Test
    void aServerThatDoesNotAnswerIsGivenUp() throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> GrpcDialer.connect(
                            "127.0.0.1", mute.getLocalPort(), GrpcSecurity.insecure(), OPTIONS, Duration.ofMillis(400)))
                    .satisfies(failure -> assertKind(failure, Kind.UNREACHABLE))
                    .hasMessageContaining("did not answer within");
        }
    }

    @Test
    void anUnknownHostIsNamed() {
        assertThatThrownBy(() -> GrpcDialer.connect("no-such-host.invalid", 1, GrpcSecurity.insecure(), OPTIONS, SOON))
                .satisfies(failure -> assertKind(failure, Kind.UNREACHABLE))
                .hasMessageContaining("no-such-host.invalid");
        assertThatThrownBy(() -> GrpcListener.listen(
                        "no-such-host.invalid", 0, GrpcSecurity.insecure(), Admission.any(), OPTIONS))
                .satisfies(failure -> assertKind(failure, Kind.UNREACHABLE));
    }

    @Test
    void plainTextStaysOnTheMachine() {
        assertThatThrownBy(() -> GrpcListener.listen("0.0.0.0", 0, GrpcSecurity.insecure(), Admission.any(), OPTIONS))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("0.0.0.0")
                .hasMessageContaining("loopback");
        assertThatThrownBy(() -> GrpcDialer.connect("192.0.2.1", 7070, GrpcSecurity.insecure(), OPTIONS, SOON))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("192.0.2.1");
    }

    private interface Work {
        void run() throws TransportException;
    }

    private static CompletableFuture<Throwable> failureOf(Work work) {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                work.run();
                failure.complete(new AssertionError("It did not fail."));
            } catch (TransportException expected) {
                failure.complete(expected);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return failure;
    }
}
