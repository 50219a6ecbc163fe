package io.splittune.transport.grpc;

import com.google.protobuf.ByteString;
import io.grpc.stub.CallStreamObserver;
import io.splittune.core.Ticker;
import io.splittune.transport.Blob;
import io.splittune.transport.LinkOptions;
import io.splittune.transport.Message;
import io.splittune.transport.MessageKind;
import io.splittune.transport.SessionProtocol;
import io.splittune.transport.TransportException;
import io.splittune.transport.TransportException.Kind;
import io.splittune.transport.internal.Pipe;
import io.splittune.transport.internal.TrafficMeter;
import io.splittune.transport.proto.Envelope;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The receiving side of one end of a link: puts messages together from envelopes. gRPC may deliver a few envelopes ahead
 * of the receiver, no more, so that a slow receiver holds the sender up. Apart from what gRPC calls, confined to one
 * receiving thread at a time.
 */
final class Inbound {
    /** With parts of 512 KiB this hides the way through both kernels and keeps 4 MiB at most. */
    static final int ENVELOPES_AHEAD = 8;

    private final CallStreamObserver<Envelope> call;
    private final LinkOptions options;
    private final TrafficMeter meter;
    private final Ticker ticker = Ticker.system();
    private final Pipe<Received> arrived = new Pipe<>(2 * ENVELOPES_AHEAD);

    /** Ends the link when a blob turns out broken while it is read. */
    private final Consumer<TransportException> abort;

    private @Nullable Assembly current;
    private @Nullable BlobStream blob;
    private boolean admitted;

    Inbound(
            CallStreamObserver<Envelope> call,
            LinkOptions options,
            TrafficMeter meter,
            Consumer<TransportException> abort,
            boolean expectsHello) {
        this.call = call;
        this.options = options;
        this.meter = meter;
        this.abort = abort;
        this.admitted = !expectsHello;
    }

    /** A message in memory whose parts are still coming. */
    private static final class Assembly {
        private final Envelope header;
        private final Payload payload;
        private final byte[] bytes;
        private int filled;

        Assembly(Envelope header, Payload payload, int totalBytes) {
            this.header = header;
            this.payload = payload;
            this.bytes = new byte[totalBytes];
        }

        void add(ByteString part) {
            part.copyTo(bytes, filled);
            filled += part.size();
        }
    }

    /** To be called by gRPC for each envelope. After the end they are dropped, so that the peer can finish. */
    void onEnvelope(Received received) {
        try {
            arrived.put(received, Duration.ZERO, "an envelope");
        } catch (TransportException ended) {
            call.request(1);
        }
    }

    /** Makes receiving fail once everything that arrived is taken; the first reason stays. */
    void end(TransportException reason) {
        arrived.end(reason);
    }

    /** Drops what arrived and was not received. */
    void clear() {
        arrived.clear();
    }

    /** Waits for the server's greeting, which comes before all else. */
    void awaitGreeting(Duration timeout, String peer) throws TransportException {
        Envelope envelope = envelope(take(timeout, "a greeting of " + peer));
        if (!envelope.hasGreeting()) {
            throw new TransportException(Kind.PROTOCOL, peer + " did not greet.");
        }
        int version = envelope.getGreeting().getProtocolVersion();
        if (version != SessionProtocol.VERSION) {
            throw new TransportException(
                    Kind.VERSION,
                    peer + " speaks session protocol " + version + ", this device " + SessionProtocol.VERSION
                            + "; install the same version on both.");
        }
    }

    /** Waits for the next message; after TIMEOUT the parts that came are kept. Other failures end the link. */
    Message receive(Duration timeout, String peer) throws TransportException {
        long start = ticker.nanos();
        String what = "a message of " + peer;
        while (true) {
            Duration left = timeout.minus(ticker.since(start));
            Received received = take(left.isNegative() ? Duration.ZERO : left, what);
            Optional<Message> message = blob == null ? accept(received) : skip(blob, received);
            if (message.isPresent()) {
                return message.get();
            }
        }
    }

    private Received take(Duration timeout, String what) throws TransportException {
        Received received = arrived.take(timeout, what);
        call.request(1);
        return received;
    }

    private static Envelope envelope(Received received) throws TransportException {
        return received.envelope()
                .orElseThrow(() -> new TransportException(Kind.PROTOCOL, "bytes came that are no envelope."));
    }

    private Optional<Message> skip(BlobStream unread, Received received) throws TransportException {
        unread.abandoned = true;
        unread.next(received);
        return Optional.empty();
    }

    private Optional<Message> accept(Received received) throws TransportException {
        Envelope envelope = envelope(received);
        Assembly assembly = current;
        if (assembly == null) {
            return begin(envelope, received.wireBytes());
        }
        assembly.add(assembly.payload.next(envelope, received.wireBytes()));
        return finish(assembly);
    }

    private Optional<Message> begin(Envelope header, int wireBytes) throws TransportException {
        MessageKind kind = Envelopes.kind(header);
        Payload payload = new Payload(kind, header, wireBytes);
        if (kind == MessageKind.WEIGHTS) {
            BlobStream stream = new BlobStream(payload, header.getPayload());
            return Optional.of(new Message.Weights(Blob.of(payload.totalBytes(), stream::open)));
        }
        // Nobody who has not said hello makes this side take memory.
        if (!admitted && payload.totalBytes() > 0) {
            throw new TransportException(
                    Kind.PROTOCOL, "the first message must be HELLO, not " + kind + " with a payload.");
        }
        options.checkPayload(kind, payload.totalBytes());
        // The first part is copied; what is kept until the end is the small rest.
        Envelope small = header.toBuilder().clearPayload().build();
        Assembly assembly = new Assembly(small, payload, (int) payload.totalBytes());
        assembly.add(header.getPayload());
        return finish(assembly);
    }

    private Optional<Message> finish(Assembly assembly) throws TransportException {
        if (!assembly.payload.complete()) {
            current = assembly;
            return Optional.empty();
        }
        current = null;
        admitted = true;
        MessageKind kind = assembly.payload.kind();
        try {
            Message message = Envelopes.message(kind, assembly.header, assembly.bytes);
            meter.countReceived(kind, assembly.bytes.length, assembly.payload.wireBytes());
            return Optional.of(message);
        } catch (IllegalArgumentException outOfRange) {
            throw new TransportException(Kind.PROTOCOL, kind + ": " + outOfRange.getMessage(), outOfRange);
        }
    }

    /** A blob as a stream of bytes that come from the link while it is read. */
    private final class BlobStream extends InputStream {
        private final Payload payload;
        private ByteBuffer part;
        private boolean opened;
        private boolean counted;
        private boolean abandoned;

        BlobStream(Payload payload, ByteString first) {
            this.payload = payload;
            this.part = first.asReadOnlyByteBuffer();
            blob = this;
            countWhenComplete();
        }

        InputStream open() {
            if (opened) {
                throw new IllegalStateException("A received blob can be read once only.");
            }
            opened = true;
            return this;
        }

        /** Takes the next part; the former must have been read or may be dropped. */
        void next(Received received) throws TransportException {
            part = payload.next(envelope(received), received.wireBytes()).asReadOnlyByteBuffer();
            countWhenComplete();
        }

        private void nextOrAbort() throws TransportException {
            try {
                next(take(options.stallTimeout(), "the next part of " + payload.kind()));
            } catch (TransportException failure) {
                if (failure.kind() == Kind.PROTOCOL) {
                    abort.accept(failure);
                }
                throw failure;
            }
        }

        private void countWhenComplete() {
            if (payload.complete() && !counted) {
                counted = true;
                blob = null;
                meter.countReceived(payload.kind(), payload.totalBytes(), payload.wireBytes());
            }
        }

        @Override
        public int read() throws TransportException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int count) throws TransportException {
            if (abandoned) {
                throw new IllegalStateException("A received blob must be read before the next message is received.");
            }
            if (count == 0) {
                return 0;
            }
            while (!part.hasRemaining()) {
                if (payload.complete()) {
                    return -1;
                }
                nextOrAbort();
            }
            int copied = Math.min(count, part.remaining());
            part.get(target, offset, copied);
            return copied;
        }
    }
}
