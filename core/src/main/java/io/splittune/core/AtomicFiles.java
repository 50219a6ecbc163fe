package io.splittune.core;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

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
        Path target = target(file);
        // Not createTempFile: its files are for the owner alone, and other users may well read a model.
        String aside = "." + target.getFileName() + "." + UUID.randomUUID() + ".part";
        moveInto(target, Files.createFile(target.resolveSibling(aside)), content);
    }

    /**
     * Writes a text file that only its owner may read, at no moment anybody else (where the system knows owners).
     *
     * @param file the target
     * @param text its whole content
     * @throws IOException when writing fails
     */
    public static void writeSecret(Path file, String text) throws IOException {
        Path target = target(file);
        Path aside = Files.createTempFile(target.getParent(), "." + target.getFileName() + ".", ".part");
        moveInto(target, aside, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static Path target(Path file) throws IOException {
        Path target = file.toAbsolutePath();
        Path folder = target.getParent();
        if (folder == null) {
            throw new IOException(file + ": a folder, not a file");
        }
        Files.createDirectories(folder);
        return target;
    }

    private static void moveInto(Path target, Path aside, Content content) throws IOException {
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
