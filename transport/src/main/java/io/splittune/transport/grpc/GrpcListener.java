package io.splittune.transport.grpc;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Server;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.splittune.core.Check;
import io.splittune.core.UserException;
import io.splittune.transport.Admission;
import io.splittune.transport.CutLink;
import io.splittune.transport.CutListener;
import io.splittune.transport.LinkOptions;
import io.splittune.transport.SessionProtocol;
import io.splittune.transport.TransportException;
import io.splittune.transport.TransportException.Kind;
import io.splittune.transport.internal.Doorkeeper;
import io.splittune.transport.internal.Pipe;
import io.splittune.transport.proto.Envelope;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A server's end over gRPC: waits for devices on a TCP port. Thread-safe. */
public final class GrpcListener implements CutListener {
    /** Devices that connected and were not accepted yet; more are turned away. */
    private static final int WAITING_DEVICES = 1024;

    /** A connection without a session, such as a port scan's, is dropped after this time. */
    private static final int IDLE_CONNECTION_SECONDS = 60;

    private final Server server;
    private final EventLoopGroup acceptor;
    private final EventLoopGroup workers;
    private final LinkOptions options;
    private final Doorkeeper doorkeeper;
    private final Pipe<GrpcLink> arrivals = new Pipe<>(WAITING_DEVICES);
    private final Set<GrpcLink> links = ConcurrentHashMap.newKeySet();

    private GrpcListener(
            InetSocketAddress address,
            GrpcSecurity security,
            Admission admission,
            LinkOptions options,
            Keepalive keepalive) {
        // First, since unusable files must not leave threads behind.
        Optional<SslContext> tls = security.serverContext();
        this.options = options;
        this.doorkeeper = new Doorkeeper(admission);
        this.acceptor = EventLoops.open(1, "splittune-accept");
        this.workers = EventLoops.open(Math.max(2, Runtime.getRuntime().availableProcessors()), "splittune-server");
        NettyServerBuilder builder = NettyServerBuilder.forAddress(address)
                .bossEventLoopGroup(acceptor)
                .workerEventLoopGroup(workers)
                .channelType(NioServerSocketChannel.class)
                .directExecutor()
                .maxConcurrentCallsPerConnection(1)
                .maxInboundMessageSize(SessionMethod.MAX_MESSAGE_BYTES)
                .maxConnectionIdle(IDLE_CONNECTION_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveTime(Keepalive.PERMITTED.toNanos(), TimeUnit.NANOSECONDS)
                .permitKeepAliveWithoutCalls(true)
                .keepAliveTime(keepalive.time().toNanos(), TimeUnit.NANOSECONDS)
                .keepAliveTimeout(keepalive.timeout().toNanos(), TimeUnit.NANOSECONDS)
                .addService(ServerServiceDefinition.builder(SessionMethod.SERVICE)
                        .addMethod(SessionMethod.ofServer(), handler())
                        .build());
        tls.ifPresent(builder::sslContext);
        this.server = builder.build();
    }

    /**
     * Starts listening.
     *
     * @param host name or address of the interface; {@code 0.0.0.0} for all
     * @param port TCP port, 0 for any free one
     * @param security TLS or, within this machine, none
     * @param admission whom to let in
     * @param options limits of all links
     * @return the listener, which the caller closes
     * @throws TransportException PORT_IN_USE, or UNREACHABLE when the address is not this machine's
     * @throws UserException when plain text is asked for outside this machine
     */
    public static GrpcListener listen(
            String host, int port, GrpcSecurity security, Admission admission, LinkOptions options)
            throws TransportException {
        return listen(host, port, security, admission, options, Keepalive.DEFAULT);
    }

    static GrpcListener listen(
            String host, int port, GrpcSecurity security, Admission admission, LinkOptions options, Keepalive keepalive)
            throws TransportException {
        Check.inRange(port, 0, 65_535, "port");
        InetAddress address;
        try {
            address = InetAddress.getByName(host);
        } catch (UnknownHostException unknown) {
            throw new TransportException(
                    Kind.UNREACHABLE, host + ": no such host; give an address of this machine.", unknown);
        }
        security.checkAddress(address, host);
        GrpcListener listener =
                new GrpcListener(new InetSocketAddress(address, port), security, admission, options, keepalive);
        try {
            listener.server.start();
        } catch (IOException failure) {
            listener.close();
            throw cannotListen(host, port, failure);
        }
        return listener;
    }

    private static TransportException cannotListen(String host, int port, IOException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException
                    && String.valueOf(cause.getMessage()).contains("in use")) {
                return new TransportException(
                        Kind.PORT_IN_USE,
                        "port " + port + " of " + host + " is taken by another process; choose another with --port.",
                        failure);
            }
        }
        return new TransportException(
                Kind.UNREACHABLE, "cannot listen on " + host + ":" + port + ": " + failure.getMessage(), failure);
    }

    @Override
    public CutLink accept(Duration timeout) throws TransportException {
        return arrivals.take(timeout, "a device");
    }

    @Override
    public int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        arrivals.end(new TransportException(Kind.CLOSED, "The listener is closed."));
        arrivals.clear();
        links.forEach(GrpcLink::close);
        server.shutdown();
        try {
            if (!server.awaitTermination(options.closeTimeout().toMillis(), TimeUnit.MILLISECONDS)) {
                server.shutdownNow();
                server.awaitTermination(options.closeTimeout().toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException interrupted) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        EventLoops.close(acceptor);
        EventLoops.close(workers);
    }

    private ServerCallHandler<Received, Envelope> handler() {
        return (call, headers) -> {
            Attributes attributes = call.getAttributes();
            return ServerCalls.<Received, Envelope>asyncBidiStreamingCall(
                            response -> open((ServerCallStreamObserver<Envelope>) response, attributes))
                    .startCall(call, headers);
        };
    }

    /** Runs on a network thread, so it must not wait. */
    private StreamObserver<Received> open(ServerCallStreamObserver<Envelope> call, Attributes attributes) {
        ServerSession session = new ServerSession(
                doorkeeper,
                String.valueOf(attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)),
                attributes.get(Grpc.TRANSPORT_ATTR_SSL_SESSION),
                links::remove);
        GrpcLink link = new GrpcLink(call, options, session);
        StreamObserver<Received> observer = session.observer(link);
        call.disableAutoRequest();
        call.setOnReadyThreshold(GrpcDialer.READY_THRESHOLD_BYTES);
        call.setOnReadyHandler(link::onReady);
        call.setOnCancelHandler(() -> link.onBreak(session.lost()));
        link.greet(SessionProtocol.VERSION);
        call.request(Inbound.ENVELOPES_AHEAD);
        links.add(link);
        try {
            arrivals.put(link, Duration.ZERO, "a device");
        } catch (TransportException full) {
            link.abort(new TransportException(Kind.TOO_LARGE, "too many devices wait, or the server is closing."));
            link.close();
        }
        return observer;
    }
}
