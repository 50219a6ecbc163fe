package io.splittune.cli;

import java.util.List;
import java.util.stream.IntStream;

/** The devices' default names. */
final class Devices {
    private Devices() {}

    /** Returns {@code device-1} to {@code device-N}. */
    static List<String> names(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> "device-" + number)
                .toList();
    }
}
