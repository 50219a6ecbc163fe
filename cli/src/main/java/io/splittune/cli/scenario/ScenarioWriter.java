package io.splittune.cli.scenario;

import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Writes a scenario with all its defaults, so that reading it again gives the same scenario. */
public final class ScenarioWriter {
    private ScenarioWriter() {}

    /**
     * Returns the scenario as YAML.
     *
     * @param scenario what to write
     */
    public static String toYaml(Scenario scenario) {
        DumpSettings settings = DumpSettings.builder()
                .setDefaultFlowStyle(FlowStyle.BLOCK)
                .setSchema(new CoreSchema())
                .build();
        return new Dump(settings).dumpToString(toMap(scenario));
    }

    /** Returns a section's keys in their order; those without a value are left out. */
    static Map<String, Object> toMap(Record section) {
        Map<String, Object> keys = new LinkedHashMap<>();
        for (RecordComponent component : section.getClass().getRecordComponents()) {
            plain(Records.get(section, component)).ifPresent(value -> keys.put(component.getName(), value));
        }
        return keys;
    }

    private static Optional<Object> plain(Object value) {
        if (value instanceof Optional<?> optional) {
            return optional.flatMap(ScenarioWriter::plain);
        } else if (value instanceof ScenarioValue choice) {
            return Optional.of(choice.toYaml());
        } else if (value instanceof Record section) {
            return Optional.of(toMap(section));
        } else if (value instanceof List<?> list) {
            return Optional.of(
                    list.stream().map(item -> plain(item).orElseThrow()).toList());
        } else if (value instanceof Enum<?> constant) {
            return Optional.of(Words.of(constant));
        }
        return Optional.of(value);
    }
}
