package io.splittune.transport.grpc;

import com.google.protobuf.ByteString;
import io.splittune.transport.MessageKind;
import io.splittune.transport.TransportException;
import io.splittune.transport.TransportException.Kind;
import io.splittune.transport.proto.Envelope;

/** The payload of one message while its parts come in: checks that they are the right ones. Confined to one thread. */
final class Payload {
    private final MessageKind kind;
    private final long totalBytes;
    private long receivedBytes;
    private long nextSequence = 1;
    private long wireBytes;

    /** Begins with the envelope of the message itself. */
    Payload(MessageKind kind, Envelope header, int wireBytes) throws TransportException {
        this.kind = kind;
        this.totalBytes = header.getPayloadBytes();
        this.wireBytes = wireBytes;
        if (totalBytes < 0) {
            throw broken("announces " + Long.toUnsignedString(totalBytes) + " bytes");
        }
        count(header.getPayload());
    }

    /** Checks the next envelope and returns its part of the payload. */
    ByteString next(Envelope envelope, int envelopeWireBytes) throws TransportException {
        if (!envelope.hasChunk()) {
            throw broken("is interrupted by another message after " + receivedBytes + " of " + totalBytes + " bytes");
        }
        if (envelope.getChunk().getSequence() != nextSequence) {
            throw broken("has chunk " + envelope.getChunk().getSequence() + " where " + nextSequence + " was due");
        }
        ByteString data = envelope.getChunk().getData();
        if (data.isEmpty()) {
            throw broken("has an empty chunk");
        }
        nextSequence++;
        wireBytes += envelopeWireBytes;
        count(data);
        return data;
    }

    boolean complete() {
        return receivedBytes == totalBytes;
    }

    MessageKind kind() {
        return kind;
    }

    long totalBytes() {
        return totalBytes;
    }

    long wireBytes() {
        return wireBytes;
    }

    private void count(ByteString part) throws TransportException {
        if (part.size() > SessionMethod.MAX_PART_BYTES) {
            throw broken("has a part of " + part.size() + " bytes");
        }
        if (part.size() > totalBytes - receivedBytes) {
            throw broken("has more than the " + totalBytes + " bytes it announced");
        }
        receivedBytes += part.size();
    }

    private TransportException broken(String how) {
        return new TransportException(Kind.PROTOCOL, "the payload of " + kind + " " + how + ".");
    }
}
