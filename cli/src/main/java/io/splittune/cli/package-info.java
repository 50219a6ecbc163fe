/** The splittune command. */
@NullMarked
package io.splittune.cli;

import org.jspecify.annotations.NullMarked;
