package io.splittune.cli.scenario;

import java.util.List;

/**
 * One training scheme, or several to compare.
 *
 * @param names at least one, none twice
 */
public record SchemeSetting(List<SchemeName> names) implements ScenarioValue {
    /** Copies the list. */
    public SchemeSetting {
        names = List.copyOf(names);
    }

    @Override
    public Object toYaml() {
        return names.size() == 1
                ? Words.of(names.get(0))
                : names.stream().map(Words::of).toList();
    }
}
