package io.splittune.cli.scenario;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns parsed YAML into section records by what their {@link Key} annotations say, and refuses everything else. */
final class Binder {
    private static final String DEFAULT = "default";

    private final Path folder;
    private final Choices choices = new Choices(this);

    /**
     * Makes a binder.
     *
     * @param folder where relative paths start
     */
    Binder(Path folder) {
        this.folder = folder;
    }

    /**
     * Reads a section.
     *
     * @param type its record
     * @param node what was read
     * @param path of the section; empty at the top
     */
    <R extends Record> R record(Class<R> type, Yaml node, String path) {
        if (!(node instanceof Yaml.Mapping mapping)) {
            String expected = "a mapping with "
                    + String.join(", ", Shorthands.namesWithShorthands(type, names(type)))
                    + (node instanceof Yaml.Scalar scalar && scalar.kind() == Yaml.Kind.NOTHING
                            ? "; leave the key out for its defaults"
                            : "");
            throw Problem.wrongValue(node, path.isEmpty() ? "the file" : path, expected);
        }
        refuseUnknown(mapping, Shorthands.namesWithShorthands(type, names(type)), path);
        Yaml.Mapping expanded = Shorthands.expand(type, mapping, path);
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            values[i] = component(type, components[i], expanded, path);
        }
        return type.cast(Records.create(type, values));
    }

    static List<String> names(Class<?> type) {
        return Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getName)
                .toList();
    }

    private Object component(Class<?> section, RecordComponent component, Yaml.Mapping mapping, String path) {
        Key key = component.getAnnotation(Key.class);
        String below = join(path, component.getName());
        @Nullable Yaml node = mapping.entries().get(component.getName());
        Optional<Condition> unmet = Condition.unmet(section, key, mapping);
        if (node != null) {
            Object value = value(component.getGenericType(), key, node, below);
            unmet.ifPresent(condition -> {
                throw Problem.at(node.place(), below, condition.explain(section, mapping, path));
            });
            return value;
        }
        if (!key.byDefault().isEmpty() && unmet.isEmpty()) {
            return value(component.getGenericType(), key, YamlParser.parseValue(key.byDefault(), DEFAULT), below);
        }
        if (component.getType() == Optional.class) {
            return Optional.empty();
        }
        throw Problem.at(mapping.place(), below, "missing; every scenario needs it: " + key.value());
    }

    private Object value(Type type, Key key, Yaml node, String path) {
        if (type instanceof ParameterizedType generic) {
            Type element = generic.getActualTypeArguments()[0];
            return generic.getRawType() == Optional.class
                    ? Optional.of(value(element, key, node, path))
                    : list(element, key, node, path);
        }
        Class<?> plain = (Class<?>) type;
        if (plain == String.class) {
            return key.file() ? Scalars.file(key, node, path, folder) : Scalars.text(key, node, path);
        } else if (plain == boolean.class || plain == Boolean.class) {
            return Scalars.truth(node, path);
        } else if (plain == int.class || plain == Integer.class) {
            return Scalars.wholeNumber(key, node, path);
        } else if (plain == long.class || plain == Long.class) {
            return Scalars.longNumber(key, node, path);
        } else if (plain == double.class || plain == Double.class) {
            return Scalars.number(key, node, path);
        } else if (plain.isEnum()) {
            return Scalars.constant(plain, node, path);
        } else if (Choices.knows(plain)) {
            return choices.read(plain, key, node, path);
        }
        return record(plain.asSubclass(Record.class), node, path);
    }

    private List<Object> list(Type element, Key key, Yaml node, String path) {
        if (!(node instanceof Yaml.Sequence sequence) || sequence.items().isEmpty()) {
            throw Problem.wrongValue(node, path, "a list of at least one");
        }
        List<Object> values = new ArrayList<>();
        Set<Object> seen = new HashSet<>();
        for (Yaml item : sequence.items()) {
            String below = path + "[" + values.size() + "]";
            Object value = value(element, key, item, below);
            if (!(value instanceof Record) && !seen.add(value)) {
                throw Problem.wrongValue(item, below, "each value once");
            }
            values.add(value);
        }
        return values;
    }

    /** Refuses keys that are not known, naming the one that was probably meant. */
    void refuseUnknown(Yaml.Mapping mapping, List<String> known, String path) {
        for (Map.Entry<String, Yaml> entry : mapping.entries().entrySet()) {
            if (!known.contains(entry.getKey())) {
                Optional<String> meant = Problem.nearest(entry.getKey(), known)
                        .map(name -> join(path, name))
                        .or(() -> KnownPaths.nearest(entry.getKey()));
                throw Problem.at(
                        entry.getValue().place(),
                        join(path, entry.getKey()),
                        "unknown key, expected one of " + String.join(", ", known)
                                + meant.map(name -> "; did you mean '" + name + "'?")
                                        .orElse(""));
            }
        }
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
