/**
 * Reports of runs: charts as SVG, PNG and CSV, and a page that opens offline.
 *
 * <p>{@link io.splittune.simulation.report.Report} writes a folder from plain records; nothing here knows how a run was
 * made.
 */
@NullMarked
package io.splittune.simulation.report;

import org.jspecify.annotations.NullMarked;
