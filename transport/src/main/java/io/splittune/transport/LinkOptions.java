package io.splittune.transport;

import io.splittune.core.Check;
import java.time.Duration;

/**
 * Limits of a link, the same for every transport.
 *
 * @param maxPayloadBytes the largest payload held in memory (an encoded activation, an adapter), checked before memory
 *     is taken; blobs are not bound by it
 * @param stallTimeout how long {@link CutLink#send} waits for the peer to take more, and how long reading a received
 *     blob waits for its next part. It must cover the time the peer computes without receiving. A dead peer is noticed
 *     sooner, by keepalive
 * @param closeTimeout how long {@link CutLink#close} waits for what was sent to arrive
 */
public record LinkOptions(long maxPayloadBytes, Duration stallTimeout, Duration closeTimeout) {
    /** 256 MiB in memory, ten minutes for a peer that computes, five seconds to close. */
    public static final LinkOptions DEFAULT =
            new LinkOptions(256L << 20, Duration.ofMinutes(10), Duration.ofSeconds(5));

    /** Checks the ranges. */
    public LinkOptions {
        Check.require(
                maxPayloadBytes >= 1 && maxPayloadBytes <= Integer.MAX_VALUE - 8,
                "maxPayloadBytes (%s) must lie in [1, %s].",
                maxPayloadBytes,
                Integer.MAX_VALUE - 8);
        Check.positive(stallTimeout.toMillis(), "stallTimeout in milliseconds");
        Check.positive(closeTimeout.toMillis(), "closeTimeout in milliseconds");
    }

    /** The same with another limit on payloads in memory. */
    public LinkOptions withMaxPayloadBytes(long limit) {
        return new LinkOptions(limit, stallTimeout, closeTimeout);
    }

    /** The same with another stall timeout. */
    public LinkOptions withStallTimeout(Duration timeout) {
        return new LinkOptions(maxPayloadBytes, timeout, closeTimeout);
    }

    /** The same with another close timeout. */
    public LinkOptions withCloseTimeout(Duration timeout) {
        return new LinkOptions(maxPayloadBytes, stallTimeout, timeout);
    }

    /**
     * Refuses a payload that would not fit; blobs always do.
     *
     * @param kind of the message
     * @param payloadBytes of the message, as announced
     * @throws TransportException TOO_LARGE
     */
    public void checkPayload(MessageKind kind, long payloadBytes) throws TransportException {
        if (kind != MessageKind.WEIGHTS && (payloadBytes < 0 || payloadBytes > maxPayloadBytes)) {
            throw new TransportException(
                    TransportException.Kind.TOO_LARGE,
                    kind + " has a payload of " + Long.toUnsignedString(payloadBytes) + " bytes, more than the "
                            + maxPayloadBytes + " allowed (maxPayloadBytes).");
        }
    }
}
