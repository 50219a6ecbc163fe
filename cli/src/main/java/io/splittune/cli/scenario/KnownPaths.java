package io.splittune.cli.scenario;

import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The paths of all keys, to find one that was written in the wrong place. */
final class KnownPaths {
    private KnownPaths() {}

    /** Finds the path whose last name is nearest to a name; among equals the first in the order of the records. */
    static Optional<String> nearest(String name) {
        Map<String, String> pathByName = new LinkedHashMap<>();
        collect(Scenario.class, "", pathByName);
        return Problem.nearest(name, pathByName.keySet()).map(pathByName::get);
    }

    private static void collect(Class<?> type, String prefix, Map<String, String> pathByName) {
        for (RecordComponent component : type.getRecordComponents()) {
            String path = prefix + component.getName();
            pathByName.putIfAbsent(component.getName(), path);
            Class<?> below = component.getType();
            if (below == CompressionSection.class) {
                pathByName.putIfAbsent("activations", path + ".activations");
                pathByName.putIfAbsent("gradients", path + ".gradients");
                collect(StreamSection.class, path + ".activations.", pathByName);
                collect(GradientSection.class, path + ".gradients.", pathByName);
                pathByName.putIfAbsent("adapters", path + ".adapters");
                pathByName.putIfAbsent("cache", path + ".cache");
                collect(CacheSection.class, path + ".cache.", pathByName);
            } else if (below.isRecord() && !Choices.knows(below)) {
                collect(below, path + ".", pathByName);
            }
        }
    }
}
