package io.splittune.simulation.report;

import java.nio.file.Path;
import java.util.List;

/**
 * What was written.
 *
 * @param files in the order of writing
 * @param notes what was left out and why, one sentence each; empty when nothing was
 */
public record WrittenFiles(List<Path> files, List<String> notes) {
    /** Copies the lists. */
    public WrittenFiles {
        files = List.copyOf(files);
        notes = List.copyOf(notes);
    }
}
