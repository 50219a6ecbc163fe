package io.splittune.cli.scenario;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How what crosses the cut is compressed, each way. Written {@code none}, {@code bf16}, {@code auto}, or a mapping of
 * {@code activations} and {@code gradients}; one that is left out is not compressed.
 *
 * @param auto whether the planner decides; both ways are uncompressed then
 * @param activations device to server
 * @param gradients server to device
 */
public record CompressionSection(
        boolean auto, StreamSetting<StreamSection> activations, StreamSetting<GradientSection> gradients)
        implements ScenarioValue {
    @Override
    public Object toYaml() {
        if (auto) {
            return "auto";
        }
        if (activations.section().isEmpty() && activations.toYaml().equals(gradients.toYaml())) {
            return activations.toYaml();
        }
        Map<String, Object> sides = new LinkedHashMap<>();
        sides.put("activations", activations.toYaml());
        sides.put("gradients", gradients.toYaml());
        return sides;
    }
}
