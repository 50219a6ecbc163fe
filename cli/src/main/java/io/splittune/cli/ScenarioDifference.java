package io.splittune.cli;

import io.splittune.cli.scenario.Scenario;
import io.splittune.cli.scenario.ScenarioWriter;
import java.util.List;

/** Finds where two scenarios differ. */
final class ScenarioDifference {
    private ScenarioDifference() {}

    /** Returns the first line of the resolved text that differs, as {@code rank: 8, now rank: 16}. */
    static String first(Scenario former, Scenario now) {
        List<String> formerLines = ScenarioWriter.toYaml(former).lines().toList();
        List<String> nowLines = ScenarioWriter.toYaml(now).lines().toList();
        for (int i = 0; i < Math.min(formerLines.size(), nowLines.size()); i++) {
            String line = formerLines.get(i);
            if (!line.equals(nowLines.get(i)) && !line.strip().startsWith("rounds:")) {
                return line.strip() + ", now " + nowLines.get(i).strip();
            }
        }
        return "one has more keys than the other";
    }
}
