/** Seeds, clocks, argument checks, error types. */
@NullMarked
package io.splittune.core;

import org.jspecify.annotations.NullMarked;
