/** Channels, link rates, hardware; what a round costs in time, energy and memory. */
@NullMarked
package io.splittune.wireless;

import org.jspecify.annotations.NullMarked;
