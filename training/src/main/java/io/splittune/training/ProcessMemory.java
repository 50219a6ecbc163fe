package io.splittune.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The memory of this process as the operating system counts it. Thread-safe. */
public final class ProcessMemory {
    private static final Path STATUS = Path.of("/proc/self/status");

    private ProcessMemory() {}

    /** Returns the highest resident size so far, in bytes; 0 where the system does not tell (not Linux). */
    public static long peakResidentBytes() {
        return read("VmHWM:");
    }

    private static long read(String field) {
        if (!Files.isReadable(STATUS)) {
            return 0;
        }
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith(field))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException unreadable) {
            return 0;
        }
    }
}
