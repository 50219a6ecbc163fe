/** The session protocol over gRPC, with TLS and client certificates. */
@NullMarked
package io.splittune.transport.grpc;

import org.jspecify.annotations.NullMarked;
