/** Helpers for the tests of modules that use tensors; JUnit is needed on the class path. */
@NullMarked
package io.splittune.tensor.testing;

import org.jspecify.annotations.NullMarked;
