package io.splittune.cli.scenario;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A parsed YAML document in which every value knows where it was read. Immutable. */
sealed interface Yaml {
    /** Returns where the value was read. */
    Place place();

    /** Returns the value as an error message shows it. */
    String shown();

    /**
     * A place in the input.
     *
     * @param source the file's name, or the option
     * @param line from 1; 0 when lines mean nothing there
     */
    record Place(String source, int line) {}

    /** Kinds of scalar in the core schema of YAML 1.2. */
    enum Kind {
        /** Also every quoted value. */
        TEXT,
        /** A whole number. */
        INTEGER,
        /** Any other number. */
        DECIMAL,
        /** true or false. */
        BOOLEAN,
        /** Nothing after the colon, or null. */
        NOTHING
    }

    /** A value that holds no other. */
    record Scalar(Place place, Kind kind, String text) implements Yaml {
        private static final int SHOWN_CHARACTERS = 60;

        @Override
        public String shown() {
            if (kind == Kind.NOTHING) {
                return "nothing";
            }
            String line = text.replaceAll("\\s+", " ");
            String cut = line.length() > SHOWN_CHARACTERS ? line.substring(0, SHOWN_CHARACTERS) + "..." : line;
            return kind == Kind.TEXT ? "'" + cut + "'" : cut;
        }
    }

    /** A list. */
    record Sequence(Place place, List<Yaml> items) implements Yaml {
        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public String shown() {
            return items.isEmpty() ? "an empty list" : "a list";
        }
    }

    /** A mapping, in the order of the file. */
    record Mapping(Place place, Map<String, Yaml> entries) implements Yaml {
        public Mapping {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }

        @Override
        public String shown() {
            return "a mapping";
        }

        /** Returns a copy with one entry set. */
        Mapping with(String key, Yaml value) {
            Map<String, Yaml> changed = new LinkedHashMap<>(entries);
            changed.put(key, value);
            return new Mapping(place, changed);
        }

        /** Returns a copy with one entry less. */
        Mapping without(String key) {
            Map<String, Yaml> changed = new LinkedHashMap<>(entries);
            changed.remove(key);
            return new Mapping(place, changed);
        }
    }
}
