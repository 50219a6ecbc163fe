/** How fast tensors become frames and frames become tensors. */
@NullMarked
package io.splittune.benchmarks.codec;

import org.jspecify.annotations.NullMarked;
