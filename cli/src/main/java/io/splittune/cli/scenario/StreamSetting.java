package io.splittune.cli.scenario;

import io.splittune.codec.FloatFormat;
import java.util.Optional;

/**
 * One way across the cut: uncompressed in a float format, or compressed.
 *
 * @param <S> the keys of this way
 * @param format what an uncompressed value becomes; written {@code none} for FP32, {@code bf16} for BF16
 * @param section the compression; empty when there is none
 */
public record StreamSetting<S extends Record>(FloatFormat format, Optional<S> section) implements ScenarioValue {
    /** Returns an uncompressed way. */
    static <S extends Record> StreamSetting<S> plain(FloatFormat format) {
        return new StreamSetting<>(format, Optional.empty());
    }

    @Override
    public Object toYaml() {
        if (section.isPresent()) {
            return ScenarioWriter.toMap(section.get());
        }
        return format == FloatFormat.BF16 ? "bf16" : "none";
    }
}
