/** How fast a training step of a vision transformer is. */
@NullMarked
package io.splittune.benchmarks.model;

import org.jspecify.annotations.NullMarked;
