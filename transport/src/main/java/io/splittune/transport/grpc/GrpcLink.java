package io.splittune.transport.grpc;

import io.grpc.Status;
import io.grpc.stub.CallStreamObserver;
import io.splittune.transport.CutLink;
import io.splittune.transport.LinkOptions;
import io.splittune.transport.LinkStatistics;
import io.splittune.transport.Message;
import io.splittune.transport.TransportException;
import io.splittune.transport.TransportException.Kind;
import io.splittune.transport.internal.TrafficMeter;
import io.splittune.transport.proto.Envelope;
import io.splittune.transport.proto.Greeting;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/** One end of a gRPC call, the same for the device and the server but for what its {@link Side} does. */
final class GrpcLink implements CutLink {
    /** What differs between the two ends. */
    interface Side {
        /** Returns whether nothing but a hello may come first. */
        boolean expectsHello();

        /** Looks at each message that was received; may refuse it. */
        void received(GrpcLink link, Message message) throws TransportException;

        /** Names the peer. */
        String peer();

        /** Called once, after the link was closed by this side; waits for the rest within {@code timeout}. */
        void closed(GrpcLink link, Duration timeout);
    }

    private final LinkOptions options;
    private final Side side;
    private final TrafficMeter meter = new TrafficMeter();
    private final Outbound outbound;
    private final Inbound inbound;
    private final ReentrantLock receiving = new ReentrantLock();
    private final AtomicBoolean closed = new AtomicBoolean();

    GrpcLink(CallStreamObserver<Envelope> call, LinkOptions options, Side side) {
        this.options = options;
        this.side = side;
        this.outbound = new Outbound(call, options, meter);
        this.inbound = new Inbound(call, options, meter, this::abort, side.expectsHello());
    }

    void onReady() {
        outbound.onReady();
    }

    void onEnvelope(Received received) {
        inbound.onEnvelope(received);
    }

    /** The peer says no more; what arrived is still received, and the call can end well. */
    void onEnd(TransportException reason) {
        end(reason, Status.OK);
    }

    /** The call broke; what arrived is still received. */
    void onBreak(TransportException reason) {
        end(reason, Status.CANCELLED.withDescription("the call broke"));
    }

    private void end(TransportException reason, Status status) {
        inbound.end(reason);
        outbound.end(reason);
        // A server's call is over only when the server ends it too.
        outbound.finish(status);
    }

    void greet(int version) {
        outbound.greet(Envelope.newBuilder()
                .setGreeting(Greeting.newBuilder().setProtocolVersion(version))
                .build());
    }

    void awaitGreeting(Duration timeout) throws TransportException {
        inbound.awaitGreeting(timeout, side.peer());
    }

    @Override
    public void send(Message message) throws TransportException {
        try {
            outbound.send(message, side.peer());
        } catch (TransportException failure) {
            if (outbound.hasEnded()) {
                abort(failure);
            }
            throw failure;
        }
    }

    @Override
    public Message receive(Duration timeout) throws TransportException {
        receiving.lock();
        try {
            Message message = receiveOrAbort(timeout);
            side.received(this, message);
            return message;
        } finally {
            receiving.unlock();
        }
    }

    private Message receiveOrAbort(Duration timeout) throws TransportException {
        try {
            return inbound.receive(timeout, side.peer());
        } catch (TransportException failure) {
            if (isOpen() && (failure.kind() == Kind.PROTOCOL || failure.kind() == Kind.TOO_LARGE)) {
                abort(failure);
                throw new TransportException(failure.kind(), side.peer() + ": " + failure.getMessage(), failure);
            }
            throw failure;
        }
    }

    /** Ends the call and tells the peer why; the link still has to be closed. */
    void abort(TransportException reason) {
        outbound.end(reason);
        inbound.end(reason);
        inbound.clear();
        outbound.finish(Failures.status(reason));
    }

    @Override
    public LinkStatistics statistics() {
        return meter.statistics();
    }

    @Override
    public String peer() {
        return side.peer();
    }

    @Override
    public boolean isOpen() {
        return !outbound.hasEnded();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        TransportException reason = new TransportException(Kind.CLOSED, "The link to " + peer() + " is closed.");
        outbound.end(reason);
        inbound.end(reason);
        inbound.clear();
        outbound.finish(Status.OK);
        side.closed(this, options.closeTimeout());
    }
}
