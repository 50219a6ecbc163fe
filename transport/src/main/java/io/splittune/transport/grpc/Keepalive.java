package io.splittune.transport.grpc;

import java.time.Duration;

/**
 * When HTTP/2 asks a silent peer whether it still lives. The network threads answer, so long computing cuts nothing.
 *
 * <p>gRPC cuts a client that asks more often than the server permits ("too many pings"), therefore the permitted time is
 * far below the client's.
 *
 * @param time of silence before asking
 * @param timeout for the answer
 */
record Keepalive(Duration time, Duration timeout) {
    /** A dead peer is noticed after 25 s; gRPC does not let clients ask more often than every 10 s. */
    static final Keepalive DEFAULT = new Keepalive(Duration.ofSeconds(15), Duration.ofSeconds(10));

    /** The most often that a server lets clients ask. */
    static final Duration PERMITTED = Duration.ofSeconds(5);
}
