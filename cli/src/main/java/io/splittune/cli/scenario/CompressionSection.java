package io.splittune.cli.scenario;

import io.splittune.codec.FloatFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How what crosses the cut is compressed, each way, and the adapters. Written {@code none}, {@code bf16}, {@code auto},
 * which leave the adapters lossless, or a mapping of {@code activations}, {@code gradients} and {@code adapters}; of the
 * first two, one that is left out is not compressed.
 *
 * @param auto whether the planner decides; both ways are uncompressed then
 * @param activations device to server
 * @param gradients server to device
 * @param adapters both ways, or all weights where they are trained
 * @param cache whether and how both ends remember each sample's last activation
 */
public record CompressionSection(
        boolean auto,
        StreamSetting<StreamSection> activations,
        StreamSetting<GradientSection> gradients,
        AdaptersSetting adapters,
        Optional<CacheSection> cache)
        implements ScenarioValue {
    /** Returns both ways in one format. */
    static CompressionSection plain(boolean auto, FloatFormat format) {
        return new CompressionSection(
                auto,
                StreamSetting.plain(format),
                StreamSetting.plain(format),
                AdaptersSetting.DEFAULT,
                Optional.empty());
    }

    @Override
    public Object toYaml() {
        if (auto) {
            return "auto";
        }
        boolean plain = adapters.equals(AdaptersSetting.DEFAULT);
        if (plain && activations.section().isEmpty() && activations.toYaml().equals(gradients.toYaml())) {
            return activations.toYaml();
        }
        Map<String, Object> sides = new LinkedHashMap<>();
        sides.put("activations", activations.toYaml());
        sides.put("gradients", gradients.toYaml());
        if (!plain) {
            sides.put("adapters", adapters.toYaml());
        }
        cache.ifPresent(section -> sides.put("cache", ScenarioWriter.toMap(section)));
        return sides;
    }
}
