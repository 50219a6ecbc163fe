package io.splittune.cli.scenario;

import io.splittune.core.UserException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Applies {@code --set path=value} to parsed YAML. The value is YAML itself, so lists and mappings may be given. */
final class Overrides {
    private static final String OPTION = "--set";
    private static final String EXAMPLE = "; write path=value, as in --set split.cut=3";
    private static final Pattern PATH = Pattern.compile("[A-Za-z]\\w*(\\.\\w+)*");

    private Overrides() {}

    /**
     * Returns the document with one value replaced or added; mappings on the way are made.
     *
     * @param root the document
     * @param override {@code path=value}; a number in the path counts the items of a list from 0
     */
    static Yaml apply(Yaml root, String override) {
        int equals = override.indexOf('=');
        if (equals <= 0 || equals == override.length() - 1) {
            throw new UserException(OPTION + ": read '" + override + "'" + EXAMPLE);
        }
        String path = override.substring(0, equals).strip();
        if (!PATH.matcher(path).matches()) {
            throw new UserException(OPTION + ": read '" + path + "' as the path" + EXAMPLE);
        }
        Yaml value = YamlParser.parseValue(override.substring(equals + 1), OPTION);
        return replace(root, List.of(path.split("\\.", -1)), value, path);
    }

    private static Yaml replace(Yaml node, List<String> names, Yaml value, String path) {
        if (names.isEmpty()) {
            return value;
        }
        String name = names.get(0);
        List<String> rest = names.subList(1, names.size());
        if (node instanceof Yaml.Sequence list) {
            List<Yaml> items = new ArrayList<>(list.items());
            int index = index(name, items.size(), path);
            items.set(index, replace(items.get(index), rest, value, path));
            return new Yaml.Sequence(list.place(), items);
        }
        Yaml.Mapping mapping =
                node instanceof Yaml.Mapping existing ? existing : new Yaml.Mapping(value.place(), Map.of());
        @Nullable Yaml former = mapping.entries().get(name);
        Yaml start = former == null ? new Yaml.Mapping(value.place(), Map.of()) : former;
        return mapping.with(name, replace(start, rest, value, path));
    }

    private static int index(String name, int size, String path) {
        if (name.chars().allMatch(Character::isDigit) && name.length() < 9 && Integer.parseInt(name) < size) {
            return Integer.parseInt(name);
        }
        throw new UserException(
                OPTION + ": " + path + ": read '" + name + "', expected the index of a list, 0 to " + (size - 1));
    }
}
