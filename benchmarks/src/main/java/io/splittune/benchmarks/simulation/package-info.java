/** How fast rounds are simulated. */
@NullMarked
package io.splittune.benchmarks.simulation;

import org.jspecify.annotations.NullMarked;
