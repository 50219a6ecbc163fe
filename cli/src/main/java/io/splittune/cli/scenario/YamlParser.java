package io.splittune.cli.scenario;

import io.splittune.core.UserException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Parses YAML 1.2 text into {@link Yaml}. Refuses duplicate keys, tags that name types, and documents that explode. */
final class YamlParser {
    private static final int DEPTH_LIMIT = 32;
    // Aliases may repeat a value; a scenario has some hundred of them at most.
    private static final int VALUE_LIMIT = 100_000;

    private final String source;
    private final boolean countsLines;
    private int values;

    private YamlParser(String source, boolean countsLines) {
        this.source = source;
        this.countsLines = countsLines;
    }

    /**
     * Parses a file's text.
     *
     * @param text one YAML document
     * @param source the file's name, for messages
     * @return the document; an empty mapping when there is none
     * @throws UserException when it is not YAML, or refused
     */
    static Yaml parseFile(String text, String source) {
        return new YamlParser(source, true).parse(text);
    }

    /**
     * Parses a single value, as an option or a default gives it.
     *
     * @param text the value
     * @param source the option's name, for messages
     * @return the value
     * @throws UserException when it is not YAML, or refused
     */
    static Yaml parseValue(String text, String source) {
        return new YamlParser(source, false).parse(text);
    }

    private Yaml parse(String text) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(source)
                .setSchema(new CoreSchema())
                .build();
        try {
            Optional<Node> root = new Compose(settings).composeString(text);
            return root.isPresent()
                    ? convert(root.get(), 0)
                    : new Yaml.Mapping(new Yaml.Place(source, countsLines ? 1 : 0), Map.of());
        } catch (MarkedYamlEngineException e) {
            String problem = Optional.ofNullable(e.getProblem()).orElse("cannot be parsed");
            throw new UserException(at(e.getProblemMark()) + "not YAML: " + oneLine(problem), e);
        } catch (YamlEngineException e) {
            throw new UserException(source + ": not YAML: " + oneLine(String.valueOf(e.getMessage())), e);
        }
    }

    private Yaml convert(Node node, int depth) {
        if (depth > DEPTH_LIMIT || ++values > VALUE_LIMIT) {
            throw new UserException(at(node.getStartMark())
                    + "too deep or too large for a scenario (at most " + DEPTH_LIMIT + " levels, " + VALUE_LIMIT
                    + " values).");
        }
        Yaml.Place place = place(node);
        if (node instanceof ScalarNode scalar) {
            return new Yaml.Scalar(place, kind(scalar), scalar.getValue());
        }
        if (node instanceof SequenceNode sequence) {
            List<Yaml> items = new ArrayList<>();
            for (Node item : sequence.getValue()) {
                items.add(convert(item, depth + 1));
            }
            return new Yaml.Sequence(place, items);
        }
        if (node instanceof MappingNode mapping) {
            return convertMapping(mapping, place, depth);
        }
        throw new UserException(at(node.getStartMark()) + "read an alias without a value.");
    }

    private Yaml convertMapping(MappingNode mapping, Yaml.Place place, int depth) {
        Map<String, Yaml> entries = new LinkedHashMap<>();
        for (NodeTuple entry : mapping.getValue()) {
            if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                throw new UserException(at(entry.getKeyNode().getStartMark()) + "a key must be a plain word.");
            }
            if (entries.containsKey(key.getValue())) {
                throw new UserException(at(key.getStartMark()) + "key '" + key.getValue()
                        + "' is given twice in one mapping; remove one of them.");
            }
            entries.put(key.getValue(), convert(entry.getValueNode(), depth + 1));
        }
        return new Yaml.Mapping(place, entries);
    }

    private Yaml.Kind kind(ScalarNode scalar) {
        Tag tag = scalar.getTag();
        if (tag.equals(Tag.STR)) {
            return Yaml.Kind.TEXT;
        } else if (tag.equals(Tag.INT)) {
            return Yaml.Kind.INTEGER;
        } else if (tag.equals(Tag.FLOAT)) {
            return Yaml.Kind.DECIMAL;
        } else if (tag.equals(Tag.BOOL)) {
            return Yaml.Kind.BOOLEAN;
        } else if (tag.equals(Tag.NULL)) {
            return Yaml.Kind.NOTHING;
        }
        throw new UserException(at(scalar.getStartMark()) + "tag '" + tag + "' is not allowed; write the value alone.");
    }

    private Yaml.Place place(Node node) {
        return new Yaml.Place(
                source,
                countsLines
                        ? node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0)
                        : 0);
    }

    private String at(Optional<Mark> mark) {
        return countsLines && mark.isPresent()
                ? source + ": line " + (mark.get().getLine() + 1) + ", column "
                        + (mark.get().getColumn() + 1) + ": "
                : source + ": ";
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }
}
