/** Links that fail on purpose, for tests of what is built on links. */
@NullMarked
package io.splittune.transport.testing;

import org.jspecify.annotations.NullMarked;
