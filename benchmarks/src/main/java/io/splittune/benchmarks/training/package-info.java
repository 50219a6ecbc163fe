/** What cutting a model costs. */
@NullMarked
package io.splittune.benchmarks.training;

import org.jspecify.annotations.NullMarked;
