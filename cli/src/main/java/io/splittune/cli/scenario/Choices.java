package io.splittune.cli.scenario;

import io.splittune.codec.AdapterCompression;
import io.splittune.codec.FloatFormat;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the values that may be written in more than one way. */
final class Choices {
    private final Binder binder;

    Choices(Binder binder) {
        this.binder = binder;
    }

    /** Reads a value of a type that {@link #knows}. */
    Object read(Class<?> type, Key key, Yaml node, String path) {
        if (type == CutSetting.class) {
            return cut(key, node, path);
        } else if (type == Span.class) {
            return span(key, node, path);
        } else if (type == SchemeSetting.class) {
            return schemes(node, path);
        } else if (type == CompressionSection.class) {
            return compression(node, path);
        }
        throw new IllegalArgumentException("No way to read " + type);
    }

    static boolean knows(Class<?> type) {
        return ScenarioValue.class.isAssignableFrom(type);
    }

    private CutSetting cut(Key key, Yaml node, String path) {
        String expected =
                Scalars.range("a whole number", key) + ", auto, or a list of whole numbers, one for each device";
        if (isWord(node, "auto")) {
            return new CutSetting(List.of());
        } else if (node instanceof Yaml.Sequence list && !list.items().isEmpty()) {
            List<Integer> cuts = new ArrayList<>();
            for (Yaml item : list.items()) {
                cuts.add(Scalars.wholeNumber(key, item, path + "[" + cuts.size() + "]"));
            }
            return new CutSetting(cuts);
        } else if (node instanceof Yaml.Scalar scalar
                && (scalar.kind() == Yaml.Kind.INTEGER || scalar.kind() == Yaml.Kind.DECIMAL)) {
            return new CutSetting(List.of(Scalars.wholeNumber(key, node, path)));
        }
        throw Problem.wrongWord(node, path, expected, List.of("auto"));
    }

    private static Span span(Key key, Yaml node, String path) {
        if (!(node instanceof Yaml.Sequence list)) {
            if (node instanceof Yaml.Scalar) {
                double fixed = Scalars.number(key, node, path);
                return new Span(fixed, fixed);
            }
            throw Problem.wrongValue(node, path, Scalars.range("a number", key) + " or a range [low, high]");
        }
        if (list.items().size() != 2) {
            throw Problem.at(
                    node.place(), path, "read a list of " + list.items().size() + ", expected a range [low, high]");
        }
        double low = Scalars.number(key, list.items().get(0), path + "[0]");
        double high = Scalars.number(key, list.items().get(1), path + "[1]");
        if (low > high) {
            throw Problem.at(
                    node.place(), path, "read [" + low + ", " + high + "], expected the lower number of a range first");
        }
        return new Span(low, high);
    }

    private static SchemeSetting schemes(Yaml node, String path) {
        if (!(node instanceof Yaml.Sequence list)) {
            return new SchemeSetting(List.of(scheme(node, path)));
        }
        if (list.items().isEmpty()) {
            throw Problem.wrongValue(node, path, "a scheme or a list of schemes");
        }
        List<SchemeName> names = new ArrayList<>();
        Set<SchemeName> seen = new HashSet<>();
        for (Yaml item : list.items()) {
            SchemeName name = scheme(item, path + "[" + names.size() + "]");
            if (!seen.add(name)) {
                throw Problem.wrongValue(item, path + "[" + names.size() + "]", "each scheme once");
            }
            names.add(name);
        }
        return new SchemeSetting(names);
    }

    private static SchemeName scheme(Yaml node, String path) {
        return (SchemeName) Scalars.constant(SchemeName.class, node, path);
    }

    private CompressionSection compression(Yaml node, String path) {
        if (isWord(node, "auto")) {
            return CompressionSection.plain(true, FloatFormat.FP32);
        }
        Optional<FloatFormat> format = format(node);
        if (format.isPresent()) {
            return CompressionSection.plain(false, format.get());
        }
        if (!(node instanceof Yaml.Mapping mapping)) {
            throw Problem.wrongWord(
                    node,
                    path,
                    "none, bf16, auto, or a mapping with activations, gradients, adapters, cache",
                    List.of("none", "bf16", "auto"));
        }
        binder.refuseUnknown(mapping, List.of("activations", "gradients", "adapters", "cache"), path);
        Yaml cache = mapping.entries().get("cache");
        return new CompressionSection(
                false,
                stream(StreamSection.class, mapping.entries(), "activations", path),
                stream(GradientSection.class, mapping.entries(), "gradients", path),
                adapters(mapping.entries().get("adapters"), path + ".adapters"),
                Optional.ofNullable(cache).map(section -> binder.record(CacheSection.class, section, path + ".cache")));
    }

    private AdaptersSetting adapters(@Nullable Yaml node, String path) {
        if (node == null || isWord(node, "lossless")) {
            return AdaptersSetting.DEFAULT;
        }
        if (isWord(node, "none")) {
            return new AdaptersSetting(new AdapterCompression.None());
        }
        if (!(node instanceof Yaml.Mapping)) {
            throw Problem.wrongWord(node, path, "lossless, none, or a mapping with levels", AdaptersSetting.WORDS);
        }
        AdaptersSection section = binder.record(AdaptersSection.class, node, path);
        return new AdaptersSetting(new AdapterCompression.Quantised(section.levels()));
    }

    private <S extends Record> StreamSetting<S> stream(
            Class<S> type, Map<String, Yaml> entries, String name, String path) {
        Yaml node = entries.get(name);
        if (node == null) {
            return StreamSetting.plain(FloatFormat.FP32);
        }
        String below = path + "." + name;
        Optional<FloatFormat> format = format(node);
        if (format.isPresent()) {
            return StreamSetting.plain(format.get());
        }
        if (!(node instanceof Yaml.Mapping)) {
            throw Problem.wrongWord(
                    node, below, "none, bf16, or a mapping with keep, levels, coder", List.of("none", "bf16"));
        }
        return new StreamSetting<>(FloatFormat.FP32, Optional.of(binder.record(type, node, below)));
    }

    private static Optional<FloatFormat> format(Yaml node) {
        if (isWord(node, "none")) {
            return Optional.of(FloatFormat.FP32);
        }
        return isWord(node, "bf16") ? Optional.of(FloatFormat.BF16) : Optional.empty();
    }

    private static boolean isWord(Yaml node, String word) {
        return node instanceof Yaml.Scalar scalar && scalar.text().equals(word);
    }
}
