package io.splittune.transport;

import java.time.Duration;

/** The server's end before anybody is there: waits for devices. Thread-safe. */
public interface CutListener extends AutoCloseable {
    /**
     * Waits for the next device. The first message to receive from its link is {@link Message.Hello}; receiving it
     * checks the protocol version, the certificate and the {@link Admission}.
     *
     * @param timeout how long to wait; zero looks without waiting
     * @return a link that the caller closes
     * @throws TransportException TIMEOUT when nobody came, CLOSED when the listener is closed, INTERRUPTED
     */
    CutLink accept(Duration timeout) throws TransportException;

    /** Returns the TCP port it listens on, 0 in process. */
    int port();

    /** Closes the listener and all of its links; idempotent, bounded in time. */
    @Override
    void close();
}
