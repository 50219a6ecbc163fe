package io.splittune.cli.scenario;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A condition of {@link Key#when}.
 *
 * @param neighbour key of the same section
 * @param values that hold; empty for "not given", {@code *} for "given"
 */
record Condition(String neighbour, List<String> values) {
    private static final String ANY = "*";

    /** Finds the first condition of a key that does not hold. */
    static Optional<Condition> unmet(Class<?> section, Key key, Yaml.Mapping mapping) {
        return Arrays.stream(key.when())
                .map(Condition::parse)
                .filter(condition -> !condition.holds(section, mapping))
                .findFirst();
    }

    private static Condition parse(String text) {
        int equals = text.indexOf('=');
        String values = text.substring(equals + 1);
        return new Condition(
                text.substring(0, equals), values.isEmpty() ? List.of() : List.of(values.split("\\|", -1)));
    }

    private boolean holds(Class<?> section, Yaml.Mapping mapping) {
        String text = current(section, mapping);
        return values.isEmpty() ? text.isEmpty() : values.contains(text) || (values.contains(ANY) && !text.isEmpty());
    }

    /** Returns the neighbour's value, its default when it is not given, or nothing. */
    private String current(Class<?> section, Yaml.Mapping mapping) {
        Yaml given = mapping.entries().get(neighbour);
        if (given != null) {
            return given instanceof Yaml.Scalar scalar ? scalar.text() : ANY;
        }
        return Arrays.stream(section.getRecordComponents())
                .filter(component -> component.getName().equals(neighbour))
                .map(component -> component.getAnnotation(Key.class).byDefault())
                .findFirst()
                .orElseThrow();
    }

    /** Says what the key needs and what was there instead. */
    String explain(Class<?> section, Yaml.Mapping mapping, String path) {
        String place = path + "." + neighbour;
        if (values.isEmpty()) {
            return "does not go together with " + place + "; remove one of them";
        } else if (values.contains(ANY)) {
            return "only goes with " + place;
        }
        return "goes with " + place + " " + String.join(" or ", values) + ", which is " + current(section, mapping)
                + "; remove it";
    }
}
