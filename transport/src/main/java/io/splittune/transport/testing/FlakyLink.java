package io.splittune.transport.testing;

import io.splittune.transport.CutLink;
import io.splittune.transport.LinkStatistics;
import io.splittune.transport.Message;
import io.splittune.transport.TransportException;
import io.splittune.transport.TransportException.Kind;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A link over another one that loses, delays or cuts what is sent through it, as a plan says. Receiving is left as it
 * is: make the peer's link flaky for that. Thread-safe when the plan is.
 */
public final class FlakyLink implements CutLink {
    /** What happens to one message. */
    public enum Fault {
        /** It is sent. */
        NONE,
        /** It is lost and nobody is told. */
        DROP,
        /** The link is closed instead of sending it. */
        CUT
    }

    /** Decides on each message that is sent. A plan that delays a message simply returns later. */
    @FunctionalInterface
    public interface Plan {
        /**
         * Decides on one message.
         *
         * @param message what is about to be sent
         * @param index how many messages were sent before it
         * @return what happens to it
         */
        Fault decide(Message message, long index);
    }

    private final CutLink link;
    private final Plan plan;
    private final AtomicLong sent = new AtomicLong();

    /**
     * Wraps a link.
     *
     * @param link closed with this one
     * @param plan asked once per message
     */
    public FlakyLink(CutLink link, Plan plan) {
        this.link = link;
        this.plan = plan;
    }

    @Override
    public void send(Message message) throws TransportException {
        switch (plan.decide(message, sent.getAndIncrement())) {
            case NONE -> link.send(message);
            case DROP -> {}
            case CUT -> {
                link.close();
                throw new TransportException(Kind.CLOSED, "The link to " + link.peer() + " was cut on purpose.");
            }
        }
    }

    @Override
    public Message receive(Duration timeout) throws TransportException {
        return link.receive(timeout);
    }

    @Override
    public LinkStatistics statistics() {
        return link.statistics();
    }

    @Override
    public String peer() {
        return link.peer();
    }

    @Override
    public boolean isOpen() {
        return link.isOpen();
    }

    @Override
    public void close() {
        link.close();
    }
}
