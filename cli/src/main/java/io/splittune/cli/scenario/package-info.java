/** Scenario files: records with every key, a strict reader, a writer, a JSON Schema. */
@NullMarked
package io.splittune.cli.scenario;

import org.jspecify.annotations.NullMarked;
