package io.splittune.core;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
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
     * @throws UserException when the disk refuses, as a full one does; nothing is left behind then
     * @throws IOException when the content cannot be made
     */
    public static void write(Path file, Content content) throws IOException {
        Path target = target(file);
        // Not createTempFile: its files are for the owner alone, and other users may well read a model.
        String aside = "." + target.getFileName() + "." + UUID.randomUUID() + ".part";
        moveInto(target, () -> Files.createFile(target.resolveSibling(aside)), content);
    }

    /**
     * Writes a text file that only its owner may read, at no moment anybody else (where the system knows owners).
     *
     * @param file the target
     * @param text its whole content
     * @throws UserException when the disk refuses, as a full one does
     */
    public static void writeSecret(Path file, String text) throws IOException {
        Path target = target(file);
        moveInto(
                target,
                () -> Files.createTempFile(target.getParent(), "." + target.getFileName() + ".", ".part"),
                out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static Path target(Path file) throws IOException {
        Path target = file.toAbsolutePath();
        Path folder = target.getParent();
        if (folder == null) {
            throw new IOException(file + ": a folder, not a file");
        }
        try {
            Files.createDirectories(folder);
        } catch (IOException refused) {
            throw unwritable(folder, refused);
        }
        return target;
    }

    /** Makes an empty file. */
    @FunctionalInterface
    private interface Maker {
        Path make() throws IOException;
    }

    private static Path make(Path target, Maker maker) {
        try {
            return maker.make();
        } catch (IOException refused) {
            throw unwritable(target, refused);
        }
    }

    private static void moveInto(Path target, Maker maker, Content content) throws IOException {
        Path aside = make(target, maker);
        try {
            try (OutputStream out = new NamedOutputStream(Files.newOutputStream(aside), target)) {
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
     * @throws UserException when the disk refuses, as a full one does
     */
    public static void writeString(Path file, String text) throws IOException {
        write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static UserException unwritable(Path path, IOException refused) {
        String reason = refused instanceof FileSystemException named && named.getReason() != null
                ? named.getReason()
                : refused instanceof FileSystemException ? refused.getClass().getSimpleName() : refused.getMessage();
        return new UserException(
                path + ": cannot be written: " + reason
                        + ". Nothing half-written is left; make room or choose another folder, then run again.",
                refused);
    }

    /** Says which file could not be written: the system's own words do not. */
    private static final class NamedOutputStream extends OutputStream {
        private final OutputStream out;
        private final Path target;

        NamedOutputStream(OutputStream out, Path target) {
            this.out = out;
            this.target = target;
        }

        @Override
        public void write(int value) {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            try {
                out.write(bytes, offset, length);
            } catch (IOException refused) {
                throw unwritable(target, refused);
            }
        }

        @Override
        public void close() {
            try {
                out.close();
            } catch (IOException refused) {
                throw unwritable(target, refused);
            }
        }
    }
}
