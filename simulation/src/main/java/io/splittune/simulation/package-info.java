/** Virtual time, experiments, calibration, reproduction of the papers, reports. */
@NullMarked
package io.splittune.simulation;

import org.jspecify.annotations.NullMarked;
