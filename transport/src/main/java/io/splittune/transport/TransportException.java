package io.splittune.transport;

import java.io.IOException;

/**
 * What went wrong between the two ends of a link.
 *
 * <p>The message is one line that names the peer and the cause, fit to be printed as it is. It is an
 * {@link IOException} so that a received {@link Blob} can be read as a plain stream.
 */
public final class TransportException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What kind of failure it was, to decide what to do next. */
    public enum Kind {
        /** Nothing came, or nothing could be handed over, in the time allowed. */
        TIMEOUT,
        /** The link is closed: by this side, by the peer, or because the peer died. */
        CLOSED,
        /** The server does not want this device. */
        REFUSED,
        /** The peer sent what the session protocol does not allow. */
        PROTOCOL,
        /** The peer speaks another version of the session protocol. */
        VERSION,
        /** Certificate, token and device id do not fit together. */
        AUTHENTICATION,
        /** Nobody answers at the address, or the network in between is gone. */
        UNREACHABLE,
        /** The port to listen on is taken. */
        PORT_IN_USE,
        /** A payload is larger than this side or the other accepts. */
        TOO_LARGE,
        /** The waiting thread was interrupted; its interrupt flag is set again. */
        INTERRUPTED
    }

    private final Kind kind;

    /**
     * Describes the failure.
     *
     * @param kind what to do next depends on it
     * @param message one line
     */
    public TransportException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /**
     * Describes the failure and keeps its cause.
     *
     * @param kind what to do next depends on it
     * @param message one line
     * @param cause what was caught
     */
    public TransportException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** Returns the kind of failure. */
    public Kind kind() {
        return kind;
    }
}
