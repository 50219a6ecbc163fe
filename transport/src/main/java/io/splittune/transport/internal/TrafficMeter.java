package io.splittune.transport.internal;

import io.splittune.transport.LinkStatistics;
import io.splittune.transport.LinkStatistics.Traffic;
import io.splittune.transport.MessageKind;
import java.util.EnumMap;
import java.util.Map;

/** Counts what crosses one link. Thread-safe. */
public final class TrafficMeter {
    private final Map<MessageKind, Traffic> sent = new EnumMap<>(MessageKind.class);
    private final Map<MessageKind, Traffic> received = new EnumMap<>(MessageKind.class);

    /** Counts one whole message that was handed over. */
    public synchronized void countSent(MessageKind kind, long payloadBytes, long wireBytes) {
        sent.merge(kind, new Traffic(1, payloadBytes, wireBytes), Traffic::plus);
    }

    /** Counts one whole message that came in. */
    public synchronized void countReceived(MessageKind kind, long payloadBytes, long wireBytes) {
        received.merge(kind, new Traffic(1, payloadBytes, wireBytes), Traffic::plus);
    }

    /** Returns the counts so far. */
    public synchronized LinkStatistics statistics() {
        return new LinkStatistics(sent, received);
    }
}
