package io.splittune.cli.scenario;

import io.splittune.codec.AdapterCompression;
import java.util.List;

/**
 * How adapters and whole models travel. Written {@code lossless}, {@code none}, or a mapping with {@code levels}.
 *
 * @param compression what is done to them
 */
public record AdaptersSetting(AdapterCompression compression) implements ScenarioValue {
    /** The words that stand for a way. */
    static final List<String> WORDS = List.of("lossless", "none");

    /** What is done where nothing is said. */
    static final AdaptersSetting DEFAULT = new AdaptersSetting(new AdapterCompression.Lossless());

    @Override
    public Object toYaml() {
        if (compression instanceof AdapterCompression.Quantised quantised) {
            return ScenarioWriter.toMap(new AdaptersSection(quantised.levels()));
        }
        return compression instanceof AdapterCompression.None ? "none" : "lossless";
    }
}
