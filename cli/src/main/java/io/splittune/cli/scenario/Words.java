package io.splittune.cli.scenario;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Enum constants as scenario files write them: {@code TWO_TIMESCALE} is {@code two-timescale}. */
final class Words {
    private Words() {}

    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static List<String> all(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> of((Enum<?>) constant))
                .toList();
    }
}
