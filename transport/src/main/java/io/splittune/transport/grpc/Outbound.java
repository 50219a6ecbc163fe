package io.splittune.transport.grpc;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.CallStreamObserver;
import io.splittune.transport.LinkOptions;
import io.splittune.transport.Message;
import io.splittune.transport.TransportException;
import io.splittune.transport.TransportException.Kind;
import io.splittune.transport.internal.TrafficMeter;
import io.splittune.transport.proto.Chunk;
import io.splittune.transport.proto.Envelope;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The sending side of one end of a link. One message goes after the other; each waits until gRPC has handed most of what
 * came before to the network, so a slow peer holds the sender up instead of filling memory. Thread-safe.
 */
final class Outbound {
    private final CallStreamObserver<Envelope> call;
    private final LinkOptions options;
    private final TrafficMeter meter;

    /** Held while a message is sent and while the call is ended; never waited for by gRPC's threads. */
    private final ReentrantLock sending = new ReentrantLock();

    /** Guards {@link #end}; held for moments only. */
    private final ReentrantLock state = new ReentrantLock();

    private final Condition changed = state.newCondition();
    private @Nullable TransportException end;

    private volatile @Nullable Status lastStatus;
    private boolean finished;

    Outbound(CallStreamObserver<Envelope> call, LinkOptions options, TrafficMeter meter) {
        this.call = call;
        this.options = options;
        this.meter = meter;
    }

    /** To be called by gRPC when it can take more. */
    void onReady() {
        state.lock();
        try {
            changed.signalAll();
        } finally {
            state.unlock();
        }
    }

    /** Makes pending and later sends fail; the first reason stays. */
    void end(TransportException reason) {
        state.lock();
        try {
            if (end == null) {
                end = reason;
                changed.signalAll();
            }
        } finally {
            state.unlock();
        }
    }

    boolean hasEnded() {
        state.lock();
        try {
            return end != null;
        } finally {
            state.unlock();
        }
    }

    /** Ends the call as soon as nobody is sending; to be called after {@link #end}. Does not wait. */
    void finish(Status status) {
        if (lastStatus == null) {
            lastStatus = status;
        }
        finishWhenIdle();
    }

    private void finishWhenIdle() {
        // A sender that holds the lock calls this again once it has let go.
        Status status = lastStatus;
        if (status == null || !sending.tryLock()) {
            return;
        }
        try {
            if (!finished) {
                finished = true;
                endCall(status);
            }
        } finally {
            sending.unlock();
        }
    }

    private void endCall(Status status) {
        try {
            if (status.isOk()) {
                call.onCompleted();
            } else {
                call.onError(status.asException());
            }
        } catch (IllegalStateException alreadyOver) {
            // The peer or the network was first.
            return;
        }
    }

    /** Sends one small envelope without waiting; only for the greeting, before anything else. */
    void greet(Envelope greeting) {
        call.onNext(greeting);
    }

    /** Sends a message. The reason of a failure in the middle of it has been set as the end before. */
    void send(Message message, String peer) throws TransportException {
        options.checkPayload(message.kind(), message.payloadBytes());
        Envelope.Builder header = Envelopes.header(message).setPayloadBytes(message.payloadBytes());
        checkSize(message, header);
        try {
            sending.lockInterruptibly();
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
        try {
            long wireBytes = message instanceof Message.Weights weights
                    ? sendBlob(weights, header, peer)
                    : sendBytes(Envelopes.payload(message), header, peer);
            meter.countSent(message.kind(), message.payloadBytes(), wireBytes);
        } finally {
            sending.unlock();
            finishWhenIdle();
        }
    }

    private static void checkSize(Message message, Envelope.Builder header) throws TransportException {
        int bytes = header.build().getSerializedSize();
        int most = SessionMethod.MAX_MESSAGE_BYTES - SessionMethod.MAX_PART_BYTES - 64;
        if (bytes > most) {
            throw new TransportException(
                    Kind.TOO_LARGE,
                    message.kind() + " takes " + bytes + " bytes beside its payload, more than " + most + ".");
        }
    }

    private long sendBytes(byte[] payload, Envelope.Builder header, String peer) throws TransportException {
        int sent = Math.min(payload.length, SessionMethod.MAX_PART_BYTES);
        long wireBytes =
                write(header.setPayload(Envelopes.wrap(payload, 0, sent)).build(), peer);
        for (long sequence = 1; sent < payload.length; sequence++) {
            int count = Math.min(payload.length - sent, SessionMethod.MAX_PART_BYTES);
            wireBytes += write(chunk(sequence, Envelopes.wrap(payload, sent, count)), peer);
            sent += count;
        }
        return wireBytes;
    }

    private long sendBlob(Message.Weights weights, Envelope.Builder header, String peer) throws TransportException {
        long left = weights.content().bytes();
        try (InputStream in = open(weights)) {
            ByteString part = read(in, left);
            long wireBytes = write(header.setPayload(part).build(), peer);
            left -= part.size();
            for (long sequence = 1; left > 0; sequence++) {
                part = read(in, left);
                wireBytes += write(chunk(sequence, part), peer);
                left -= part.size();
            }
            return wireBytes;
        } catch (TransportException failure) {
            throw failure;
        } catch (IOException failure) {
            TransportException reason = new TransportException(
                    Kind.CLOSED, "Reading what is sent to " + peer + " failed: " + failure.getMessage(), failure);
            end(reason);
            throw reason;
        }
    }

    private static InputStream open(Message.Weights weights) throws IOException {
        return weights.content().bytes() == 0
                ? new ByteArrayInputStream(new byte[0])
                : weights.content().open();
    }

    private static ByteString read(InputStream in, long left) throws IOException {
        int count = (int) Math.min(left, SessionMethod.MAX_PART_BYTES);
        byte[] part = in.readNBytes(count);
        if (part.length < count) {
            throw new IOException("the source ends " + (left - part.length) + " bytes before its declared end");
        }
        return Envelopes.wrap(part, 0, part.length);
    }

    private static Envelope chunk(long sequence, ByteString data) {
        return Envelope.newBuilder()
                .setChunk(Chunk.newBuilder().setSequence(sequence).setData(data))
                .build();
    }

    /** Waits until gRPC takes more, hands over one envelope and returns its bytes on the wire. */
    private long write(Envelope envelope, String peer) throws TransportException {
        awaitReady(peer);
        try {
            call.onNext(envelope);
        } catch (IllegalStateException over) {
            throw new TransportException(Kind.CLOSED, "The link to " + peer + " is closed.", over);
        }
        return envelope.getSerializedSize() + (long) SessionMethod.PREFIX_BYTES;
    }

    private void awaitReady(String peer) throws TransportException {
        long left = options.stallTimeout().toNanos();
        state.lock();
        try {
            while (end == null && !call.isReady()) {
                if (left <= 0) {
                    end = new TransportException(
                            Kind.TIMEOUT,
                            peer + " took nothing for " + options.stallTimeout().toSeconds()
                                    + " s; the link is closed.");
                    break;
                }
                left = changed.awaitNanos(left);
            }
            if (end != null) {
                throw new TransportException(end.kind(), String.valueOf(end.getMessage()), end);
            }
        } catch (InterruptedException interrupted) {
            // Part of the message may be gone already.
            end = interrupted(interrupted);
            throw end;
        } finally {
            state.unlock();
        }
    }

    private static TransportException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new TransportException(Kind.INTERRUPTED, "The thread was interrupted while it sent.", cause);
    }
}
