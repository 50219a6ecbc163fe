/** How fast plans are made. */
@NullMarked
package io.splittune.benchmarks.planner;

import org.jspecify.annotations.NullMarked;
