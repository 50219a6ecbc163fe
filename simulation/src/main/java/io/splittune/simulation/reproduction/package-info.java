/** The papers' numbers beside ours. */
@NullMarked
package io.splittune.simulation.reproduction;

import org.jspecify.annotations.NullMarked;
