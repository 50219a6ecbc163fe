package io.splittune.training.data;

import io.splittune.core.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Finding and opening files of data sets, with messages for what a user can get wrong. */
final class DataFiles {
    private DataFiles() {}

    /** Returns the last part of a path. */
    static String name(Path path) {
        Path last = path.getFileName();
        return last == null ? "" : last.toString();
    }

    /** Opens a file that must exist. */
    static RecordFile open(Path path) {
        requireExists(path);
        if (!Files.isRegularFile(path)) {
            throw new UserException(path + ": is not a file.");
        }
        return RecordFile.open(path);
    }

    static void requireExists(Path path) {
        if (!Files.exists(path)) {
            throw new UserException(path + ": no such file or folder; check data.train and data.test.");
        }
    }

    /** Returns the children of a folder whose name is wanted, sorted by name. */
    static List<Path> list(Path folder, Predicate<String> wanted) {
        try (Stream<Path> children = Files.list(folder)) {
            return children.filter(child -> wanted.test(name(child)))
                    .sorted((a, b) -> name(a).compareTo(name(b)))
                    .toList();
        } catch (IOException e) {
            throw new UserException(folder + ": cannot be listed (" + e.getMessage() + ").", e);
        }
    }

    /** Deletes what was made for a moment; if it stays, that harms nothing. */
    static void deleteQuietly(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            path.toFile().deleteOnExit();
        }
    }
}
