package io.splittune.transport;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What crossed one link so far, at one end of it.
 *
 * @param sent by kind of message; kinds that never crossed are absent
 * @param received by kind of message; kinds that never crossed are absent
 */
public record LinkStatistics(Map<MessageKind, Traffic> sent, Map<MessageKind, Traffic> received) {
    /**
     * Traffic of one kind in one direction.
     *
     * @param messages whole messages
     * @param payloadBytes bytes of encoded frames, adapters, configurations and blobs
     * @param wireBytes bytes of the serialised protobuf messages with gRPC's five-byte prefix each, before TLS and
     *     HTTP/2; 0 in process, where nothing is serialised
     */
    public record Traffic(long messages, long payloadBytes, long wireBytes) {
        /** Nothing. */
        public static final Traffic NONE = new Traffic(0, 0, 0);

        /** Returns both together. */
        public Traffic plus(Traffic other) {
            return new Traffic(
                    messages + other.messages, payloadBytes + other.payloadBytes, wireBytes + other.wireBytes);
        }
    }

    /** Copies the maps, in order of kind. */
    public LinkStatistics {
        sent = copy(sent);
        received = copy(received);
    }

    /** Returns what was sent of a kind. */
    public Traffic sent(MessageKind kind) {
        return sent.getOrDefault(kind, Traffic.NONE);
    }

    /** Returns what was received of a kind. */
    public Traffic received(MessageKind kind) {
        return received.getOrDefault(kind, Traffic.NONE);
    }

    /** Returns all that was sent. */
    public Traffic totalSent() {
        return sent.values().stream().reduce(Traffic.NONE, Traffic::plus);
    }

    /** Returns all that was received. */
    public Traffic totalReceived() {
        return received.values().stream().reduce(Traffic.NONE, Traffic::plus);
    }

    private static Map<MessageKind, Traffic> copy(Map<MessageKind, Traffic> traffic) {
        Map<MessageKind, Traffic> copy = new EnumMap<>(MessageKind.class);
        copy.putAll(traffic);
        return Collections.unmodifiableMap(copy);
    }
}
