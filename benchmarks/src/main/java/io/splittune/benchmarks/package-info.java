/** JMH benchmarks. */
@NullMarked
package io.splittune.benchmarks;

import org.jspecify.annotations.NullMarked;
