package io.splittune.transport.grpc;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NegotiationType;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.splittune.core.Check;
import io.splittune.core.Ticker;
import io.splittune.transport.CutLink;
import io.splittune.transport.LinkOptions;
import io.splittune.transport.Message;
import io.splittune.transport.TransportException;
import io.splittune.transport.TransportException.Kind;
import io.splittune.transport.proto.Envelope;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The device's way to a server over gRPC. Thread-safe. */
public final class GrpcDialer {
    /** gRPC says "ready" below this much unsent; with its default of 32 KiB one part at a time would be under way. */
    static final int READY_THRESHOLD_BYTES = 1 << 20;

    private GrpcDialer() {}

    /**
     * Connects and waits until the server has greeted.
     *
     * @param host name or address of the server; with TLS it must be in the server's certificate
     * @param port TCP port, in [1, 65535]
     * @param security TLS or, within this machine, none
     * @param options limits
     * @param timeout for the whole of connecting
     * @return the device's end, which the caller closes
     * @throws TransportException UNREACHABLE, AUTHENTICATION, VERSION or PROTOCOL, in one line
     * @throws io.splittune.core.UserException when plain text is asked for outside this machine
     */
    public static CutLink connect(String host, int port, GrpcSecurity security, LinkOptions options, Duration timeout)
            throws TransportException {
        return connect(host, port, security, options, timeout, Keepalive.DEFAULT);
    }

    static CutLink connect(
            String host, int port, GrpcSecurity security, LinkOptions options, Duration timeout, Keepalive keepalive)
            throws TransportException {
        Check.inRange(port, 1, 65_535, "port");
        Ticker ticker = Ticker.system();
        long start = ticker.nanos();
        @Nullable TransportException last = null;
        // "localhost" may have an IPv6 address on which nobody listens.
        for (InetAddress address : resolve(host)) {
            security.checkAddress(address, host);
            Duration left = timeout.minus(ticker.since(start));
            if (last != null && (left.isNegative() || last.kind() != Kind.UNREACHABLE)) {
                break;
            }
            try {
                return dial(new InetSocketAddress(address, port), host, security, options, left, keepalive);
            } catch (TransportException failure) {
                last = failure;
            }
        }
        throw last == null ? new TransportException(Kind.UNREACHABLE, host + ": has no address.") : last;
    }

    private static InetAddress[] resolve(String host) throws TransportException {
        try {
            return InetAddress.getAllByName(host);
        } catch (UnknownHostException unknown) {
            throw new TransportException(
                    Kind.UNREACHABLE, host + ": no such host; check the name and the network.", unknown);
        }
    }

    private static CutLink dial(
            InetSocketAddress address,
            String host,
            GrpcSecurity security,
            LinkOptions options,
            Duration timeout,
            Keepalive keepalive)
            throws TransportException {
        String name = host.contains(":") ? "[" + host + "]:" + address.getPort() : host + ":" + address.getPort();
        EventLoopGroup group = EventLoops.open(1, "splittune-device");
        ManagedChannel channel;
        try {
            channel = channel(address, name, security, keepalive, group, timeout);
        } catch (RuntimeException unusable) {
            EventLoops.close(group);
            throw unusable;
        }
        Session session = new Session("the server at " + name, options, channel, group);
        ClientCall<Envelope, Received> call = channel.newCall(
                SessionMethod.ofDevice(), CallOptions.DEFAULT.withOnReadyThreshold(READY_THRESHOLD_BYTES));
        ClientCalls.asyncBidiStreamingCall(call, session);
        try {
            session.link().awaitGreeting(timeout);
            return session.link();
        } catch (TransportException failure) {
            session.link().abort(failure);
            session.link().close();
            throw explain(failure, security, session.peer(), timeout);
        }
    }

    /** What a failure means when it comes before the greeting. */
    private static TransportException explain(
            TransportException failure, GrpcSecurity security, String peer, Duration timeout) {
        String message = String.valueOf(failure.getMessage());
        if (failure.kind() == Kind.TIMEOUT) {
            message = peer + " did not answer within " + timeout.toMillis() + " ms; check address and firewall.";
        } else if (failure.kind() == Kind.UNREACHABLE && security.isInsecure() && message.contains("Network closed")) {
            message = peer + " hung up at once; it may expect TLS (leave --insecure out).";
        } else {
            return failure;
        }
        return new TransportException(Kind.UNREACHABLE, message, failure);
    }

    private static ManagedChannel channel(
            InetSocketAddress address,
            String authority,
            GrpcSecurity security,
            Keepalive keepalive,
            EventLoopGroup group,
            Duration timeout) {
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(address)
                .overrideAuthority(authority)
                .eventLoopGroup(group)
                .channelType(NioSocketChannel.class)
                .withOption(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.min(timeout.toMillis() + 1, Integer.MAX_VALUE))
                .directExecutor()
                .offloadExecutor(group)
                .disableRetry()
                .maxInboundMessageSize(SessionMethod.MAX_MESSAGE_BYTES)
                .keepAliveTime(keepalive.time().toNanos(), TimeUnit.NANOSECONDS)
                .keepAliveTimeout(keepalive.timeout().toNanos(), TimeUnit.NANOSECONDS)
                .keepAliveWithoutCalls(false);
        security.clientContext()
                .ifPresentOrElse(
                        context -> builder.sslContext(context).negotiationType(NegotiationType.TLS),
                        () -> builder.negotiationType(NegotiationType.PLAINTEXT));
        return builder.build();
    }

    /** The device's side of one call. */
    private static final class Session implements ClientResponseObserver<Envelope, Received>, GrpcLink.Side {
        private final String peer;
        private final LinkOptions options;
        private final ManagedChannel channel;
        private final EventLoopGroup group;
        private volatile @Nullable GrpcLink link;

        Session(String peer, LinkOptions options, ManagedChannel channel, EventLoopGroup group) {
            this.peer = peer;
            this.options = options;
            this.channel = channel;
            this.group = group;
        }

        GrpcLink link() {
            GrpcLink started = link;
            if (started == null) {
                throw new IllegalStateException("The call has not been started.");
            }
            return started;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<Envelope> call) {
            link = new GrpcLink(call, options, this);
            call.disableAutoRequestWithInitial(Inbound.ENVELOPES_AHEAD);
            call.setOnReadyHandler(() -> link().onReady());
        }

        @Override
        public void onNext(Received received) {
            link().onEnvelope(received);
        }

        @Override
        public void onError(Throwable failure) {
            link().onBreak(Failures.of(failure, peer));
        }

        @Override
        public void onCompleted() {
            link().onEnd(new TransportException(Kind.CLOSED, peer + " closed the link."));
        }

        @Override
        public boolean expectsHello() {
            return false;
        }

        @Override
        public void received(GrpcLink receiver, Message message) {
            // A device takes what its server sends.
        }

        @Override
        public String peer() {
            return peer;
        }

        @Override
        public void closed(GrpcLink ended, Duration timeout) {
            channel.shutdown();
            try {
                if (!channel.awaitTermination(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                    channel.shutdownNow();
                    channel.awaitTermination(timeout.toMillis(), TimeUnit.MILLISECONDS);
                }
            } catch (InterruptedException interrupted) {
                channel.shutdownNow();
                Thread.currentThread().interrupt();
            }
            EventLoops.close(group);
        }
    }
}
