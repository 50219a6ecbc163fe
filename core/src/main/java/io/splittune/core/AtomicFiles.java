package io.splittune.core;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Files that appear whole or not at all: written aside in the same folder, then renamed. */
public final class AtomicFiles {
    private AtomicFiles() {}

    /** What fills the file. */
    @FunctionalInterface
    public interface Content {
        /**
         * Writes the whole content.
         *
         * @param out buffered by the caller where it matters; not to be closed
         * @throws IOException when the content cannot be made or written
         */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Writes a file aside and renames it into place; the former file stays whole if anything fails.
     *
     * @param file the target; missing folders above it are made
     * @param content what fills it
     * @throws IOException when writing fails (a full disk, say); nothing is left behind then
     */
    public static void write(Path file, Content content) throws IOException {
        Path target = file.toAbsolutePath();
        Path folder = target.getParent();
        if (folder == null) {
            throw new IOException(file + ": a folder, not a file");
        }
        Files.createDirectories(folder);
        Path aside = Files.createTempFile(folder, target.getFileName() + ".", ".part");
        try {
            try (OutputStream out = Files.newOutputStream(aside)) {
                content.writeTo(out);
            }
            Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(aside);
        }
    }

    /**
     * Writes a text file in UTF-8, as {@link #write} does.
     *
     * @param file the target
     * @param text its whole content
     * @throws IOException when writing fails
     */
    public static void writeString(Path file, String text) throws IOException {
        write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }
}
