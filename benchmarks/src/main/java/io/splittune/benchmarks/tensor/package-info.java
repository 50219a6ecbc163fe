/** Speed of tensor operations at the shapes of a vision transformer. */
@NullMarked
package io.splittune.benchmarks.tensor;

import org.jspecify.annotations.NullMarked;
