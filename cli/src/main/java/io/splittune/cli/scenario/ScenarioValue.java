package io.splittune.cli.scenario;

/** A value that may be written in more than one way, such as a number or a list. */
interface ScenarioValue {
    /** Returns the shortest way to write it: a {@code String}, {@code Boolean}, {@code Number}, {@code List} or {@code Map}. */
    Object toYaml();
}
