package io.splittune.transport;

import java.time.Duration;

/**
 * One end of an ordered, reliable, flow-controlled pipe of messages between a device and the server.
 *
 * <p>Thread-safe: several threads may send (one message after the other) while one receives. A closed or dead peer
 * makes every pending and later call fail within bounded time. Messages that arrived before the end are still received.
 */
public interface CutLink extends AutoCloseable {
    /**
     * Hands a message over, waiting while the peer takes nothing ({@link LinkOptions#stallTimeout}). The message's
     * arrays must not change afterwards.
     *
     * @param message what to send
     * @throws TransportException TOO_LARGE before anything is sent; TIMEOUT when the peer takes nothing, which closes
     *     the link; or what ended the link
     */
    void send(Message message) throws TransportException;

    /**
     * Waits for the next message.
     *
     * @param timeout how long to wait; zero looks without waiting
     * @return the message, whose arrays must not be changed
     * @throws TransportException TIMEOUT when no whole message came, after which receiving may be tried again; or what
     *     ended the link
     */
    Message receive(Duration timeout) throws TransportException;

    /**
     * Waits for the next message, which must be of one type.
     *
     * @param <T> the type
     * @param type the type
     * @param timeout how long to wait; zero looks without waiting
     * @return the message
     * @throws TransportException as {@link #receive(Duration)}; the kind of a {@link Message.Rejected}; CLOSED for a
     *     {@link Message.Goodbye}; PROTOCOL for any other message, which closes the link
     */
    default <T extends Message> T receive(Class<T> type, Duration timeout) throws TransportException {
        Message message = receive(timeout);
        if (type.isInstance(message)) {
            return type.cast(message);
        }
        if (message instanceof Message.Rejected rejected) {
            close();
            throw new TransportException(rejected.cause(), peer() + " refuses: " + rejected.reason());
        }
        if (message instanceof Message.Goodbye goodbye) {
            throw new TransportException(TransportException.Kind.CLOSED, peer() + " said goodbye: " + goodbye.reason());
        }
        close();
        throw new TransportException(
                TransportException.Kind.PROTOCOL,
                peer() + " sent " + message.kind() + " where " + type.getSimpleName() + " was expected.");
    }

    /** Returns what crossed the link so far; exact for messages whose sending or receiving has returned. */
    LinkStatistics statistics();

    /** Returns who is at the other end, for messages to people: an id and an address. */
    String peer();

    /** Returns whether the link was still usable a moment ago. */
    boolean isOpen();

    /** Closes the link after what was sent has gone out; idempotent, bounded by {@link LinkOptions#closeTimeout}. */
    @Override
    void close();
}
