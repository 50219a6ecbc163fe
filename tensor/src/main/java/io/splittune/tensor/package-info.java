/** Tensors and operations on libtorch. */
@NullMarked
package io.splittune.tensor;

import org.jspecify.annotations.NullMarked;
