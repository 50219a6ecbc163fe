package io.splittune.transport.grpc;

import io.splittune.transport.proto.Envelope;
import java.util.Optional;

/**
 * One gRPC message as it came in.
 *
 * @param envelope its content, absent when it is not a well-formed envelope
 * @param wireBytes its serialised size with gRPC's prefix
 */
record Received(Optional<Envelope> envelope, int wireBytes) {}
