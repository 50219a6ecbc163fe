/** Data sets, the two halves of a step, schemes, aggregation, evaluation. */
@NullMarked
package io.splittune.training;

import org.jspecify.annotations.NullMarked;
