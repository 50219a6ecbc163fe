package io.splittune.transport;

import io.splittune.transport.TransportException.Kind;
import io.splittune.transport.internal.Doorkeeper;
import io.splittune.transport.internal.Pipe;
import io.splittune.transport.internal.TrafficMeter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One end of a link between two threads. */
final class InProcessLink implements CutLink {
    private final LinkOptions options;
    private final Pipe<Message> out;
    private final Pipe<Message> in;
    private final @Nullable Doorkeeper doorkeeper;
    private final Consumer<InProcessLink> onClose;
    private final TrafficMeter meter = new TrafficMeter();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile String peer;
    private volatile @Nullable String deviceId;

    private InProcessLink(
            LinkOptions options,
            Pipe<Message> out,
            Pipe<Message> in,
            @Nullable Doorkeeper doorkeeper,
            Consumer<InProcessLink> onClose,
            String peer) {
        this.options = options;
        this.out = out;
        this.in = in;
        this.doorkeeper = doorkeeper;
        this.onClose = onClose;
        this.peer = peer;
    }

    static InProcessLink ofServer(
            LinkOptions options,
            Pipe<Message> out,
            Pipe<Message> in,
            Doorkeeper doorkeeper,
            Consumer<InProcessLink> onClose) {
        return new InProcessLink(options, out, in, doorkeeper, onClose, "a device (in process)");
    }

    static InProcessLink ofDevice(LinkOptions options, Pipe<Message> out, Pipe<Message> in) {
        return new InProcessLink(options, out, in, null, link -> {}, "the server (in process)");
    }

    @Override
    public void send(Message message) throws TransportException {
        options.checkPayload(message.kind(), message.payloadBytes());
        try {
            out.put(readOnce(message), options.stallTimeout(), message.kind() + " to " + peer);
        } catch (TransportException failure) {
            if (failure.kind() == Kind.TIMEOUT) {
                close();
            }
            throw failure;
        }
        meter.countSent(message.kind(), message.payloadBytes(), 0);
    }

    @Override
    public Message receive(Duration timeout) throws TransportException {
        Message message = in.take(timeout, "a message of " + peer);
        if (doorkeeper != null && deviceId == null) {
            String id = doorkeeper.admit(this, message, Optional.empty());
            deviceId = id;
            peer = "device " + id + " (in process)";
        }
        meter.countReceived(message.kind(), message.payloadBytes(), 0);
        return message;
    }

    @Override
    public LinkStatistics statistics() {
        return meter.statistics();
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public boolean isOpen() {
        return !closed.get() && !out.hasEnded();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        String us = doorkeeper == null ? "The device" : "The server";
        out.end(new TransportException(Kind.CLOSED, us + " closed the link."));
        in.end(new TransportException(Kind.CLOSED, "The link to " + peer + " is closed."));
        in.clear();
        String id = deviceId;
        if (doorkeeper != null && id != null) {
            doorkeeper.forget(id, this);
        }
        onClose.accept(this);
    }

    /** A blob that comes over a network can be read once only; here that is made so. */
    private static Message readOnce(Message message) {
        if (!(message instanceof Message.Weights weights)) {
            return message;
        }
        AtomicBoolean opened = new AtomicBoolean();
        Blob content = weights.content();
        return new Message.Weights(Blob.of(content.bytes(), () -> {
            if (opened.getAndSet(true)) {
                throw new IllegalStateException("A received blob can be read once only.");
            }
            return content.open();
        }));
    }
}
