/** The session protocol between a device and the server: in process and gRPC. */
@NullMarked
package io.splittune.transport;

import org.jspecify.annotations.NullMarked;
