package io.splittune.cli.scenario;

import io.splittune.wireless.HardwareProfile;
import io.splittune.wireless.HardwareProfiles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keys that stand for others: {@code bits: q} for {@code levels}, the length of {@code devices.list} for its count, a
 * {@code profile} for the hardware that is left out.
 */
final class Shorthands {
    /** The shorthand for {@code levels}. */
    static final String BITS = "bits";

    /** What the shorthand means, for the JSON Schema. */
    static final String BITS_MEANING = "Shorthand: levels = 2^bits - 1.";

    /** The most bits. */
    static final int MAX_BITS = 16;

    private static final String LEVELS = "levels";
    private static final String COUNT = "count";
    private static final String PROFILE = "profile";

    @Key(value = BITS_MEANING, min = 1, max = MAX_BITS)
    private record BitsKey() {}

    private Shorthands() {}

    /** Returns whether the section's {@code levels} may be given as {@code bits}. */
    static boolean hasBits(Class<?> type) {
        return type == StreamSection.class || type == GradientSection.class || type == AdaptersSection.class;
    }

    static List<String> namesWithShorthands(Class<?> type, List<String> names) {
        if (!hasBits(type)) {
            return names;
        }
        List<String> all = new ArrayList<>(names);
        all.add(all.indexOf(LEVELS) + 1, BITS);
        return all;
    }

    /** Returns the mapping with shorthands written out. */
    static Yaml.Mapping expand(Class<?> type, Yaml.Mapping mapping, String path) {
        if (hasBits(type)) {
            return expandBits(mapping, path);
        }
        if (type == DevicesSection.class) {
            return countList(mapping, path);
        }
        return hasProfile(type) ? fillFromProfile(type, mapping) : mapping;
    }

    private static Yaml.Mapping expandBits(Yaml.Mapping mapping, String path) {
        @Nullable Yaml bits = mapping.entries().get(BITS);
        if (bits == null) {
            return mapping;
        }
        if (mapping.entries().containsKey(LEVELS)) {
            throw Problem.at(bits.place(), path + "." + BITS, "given together with levels; remove one of them.");
        }
        Key range = BitsKey.class.getAnnotation(Key.class);
        int count = Scalars.wholeNumber(range, bits, path + "." + BITS);
        return mapping.without(BITS).with(LEVELS, number(bits, (1 << count) - 1));
    }

    private static boolean hasProfile(Class<?> type) {
        return type == HardwareSection.class || type == DeviceEntry.class || type == ServerSection.class;
    }

    /** A name that is not known is left for the reader to refuse. */
    private static Yaml.Mapping fillFromProfile(Class<?> type, Yaml.Mapping mapping) {
        if (!(mapping.entries().get(PROFILE) instanceof Yaml.Scalar name)
                || !Words.all(HardwareName.class).contains(name.text())) {
            return mapping;
        }
        HardwareProfile profile = HardwareProfiles.named(name.text());
        Map<String, Number> values = new LinkedHashMap<>();
        values.put("cores", profile.cores());
        values.put("flopsPerCycle", profile.flopsPerCycle());
        values.put("clockHz", profile.clockHz());
        values.put("memoryBytes", profile.memoryBytes());
        values.put("switchedCapacitance", profile.switchedCapacitance());
        Yaml.Mapping filled = mapping;
        for (String key : Binder.names(type)) {
            Number value = values.get(key);
            if (value != null && !mapping.entries().containsKey(key)) {
                filled = filled.with(key, new Yaml.Scalar(name.place(), Yaml.Kind.DECIMAL, value.toString()));
            }
        }
        return filled;
    }

    private static Yaml.Mapping countList(Yaml.Mapping mapping, String path) {
        if (!(mapping.entries().get("list") instanceof Yaml.Sequence list)
                || list.items().isEmpty()) {
            return mapping;
        }
        int length = list.items().size();
        @Nullable Yaml count = mapping.entries().get(COUNT);
        if (count instanceof Yaml.Scalar scalar && !scalar.text().equals(String.valueOf(length))) {
            throw Problem.wrongValue(
                    count, path + "." + COUNT, length + ", the length of devices.list; leave count out");
        }
        return count == null ? mapping.with(COUNT, number(list, length)) : mapping;
    }

    private static Yaml number(Yaml origin, int value) {
        return new Yaml.Scalar(origin.place(), Yaml.Kind.INTEGER, String.valueOf(value));
    }
}
