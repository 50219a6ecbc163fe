/** Test support shared by the modules: fake clock, scripted random, golden reader, seeded property runner. */
@NullMarked
package io.splittune.testkit;

import org.jspecify.annotations.NullMarked;
