/** What the way across the cut costs. */
@NullMarked
package io.splittune.benchmarks.transport;

import org.jspecify.annotations.NullMarked;
