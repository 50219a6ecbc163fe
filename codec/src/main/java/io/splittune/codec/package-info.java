/** Tensor values to bytes and back. */
@NullMarked
package io.splittune.codec;

import org.jspecify.annotations.NullMarked;
