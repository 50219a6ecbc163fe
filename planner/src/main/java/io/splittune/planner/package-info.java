/** Decides cut, compression and bandwidth. */
@NullMarked
package io.splittune.planner;

import org.jspecify.annotations.NullMarked;
