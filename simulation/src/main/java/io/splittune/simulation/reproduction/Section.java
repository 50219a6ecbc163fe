package io.splittune.simulation.reproduction;

import io.splittune.simulation.report.Chart;
import java.util.List;

/** A table or figure of a paper. */
interface Section {
    /** Returns its numbers, in the paper's order. */
    List<ReproductionRow> rows();

    /** Returns its figures; none for a table. */
    List<Chart> charts();
}
