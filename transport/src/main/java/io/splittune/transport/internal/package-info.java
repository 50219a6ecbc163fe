/** What the transports share; not for use outside this module. */
@NullMarked
package io.splittune.transport.internal;

import org.jspecify.annotations.NullMarked;
