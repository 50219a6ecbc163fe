package io.splittune.simulation.report;

import io.splittune.core.Check;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What a report tells.
 *
 * @param title heading of the page
 * @param scenarioYaml the resolved scenario, shown as it is; empty when there is none
 * @param targetAccuracy in [0, 1]: time to reach it is compared; empty: what every scheme reaches
 * @param runs one per scheme, of different names
 * @param memory of a device, by cut
 * @param charts further ones, such as a reproduction's figures; ids of their own
 * @param tables further ones, such as a reproduction's numbers; ids of their own
 * @param notes one sentence each, such as what was fitted
 */
public record ReportData(
        String title,
        String scenarioYaml,
        OptionalDouble targetAccuracy,
        List<SchemeRun> runs,
        List<MemoryAtCut> memory,
        List<Chart> charts,
        List<Table> tables,
        List<String> notes) {
    /** Copies the lists. */
    public ReportData {
        targetAccuracy.ifPresent(target -> Check.inRange(target, 0, 1, "targetAccuracy"));
        runs = List.copyOf(runs);
        memory = List.copyOf(memory);
        charts = List.copyOf(charts);
        tables = List.copyOf(tables);
        notes = List.copyOf(notes);
        Names.requireDifferent(runs.stream().map(SchemeRun::scheme).toList(), "runs");
    }
}
