package io.splittune.transport;

import io.splittune.core.AtomicFiles;
import io.splittune.core.Check;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Bytes of any number that are streamed, never held in memory as a whole.
 *
 * <p>The sender's blob opens its source while {@link CutLink#send} runs. The receiver's blob reads from the link: it
 * can be read once, by the receiving thread, before the next {@link CutLink#receive}, which skips what was left unread.
 * Reading it fails with {@link TransportException} when the link does. A file behind a blob must not change until the
 * peer has read it.
 */
public final class Blob {
    private static final int BUFFER_BYTES = 1 << 18;

    private final long bytes;
    private final Source source;

    /** Opens the bytes at their beginning. */
    @FunctionalInterface
    public interface Source {
        /**
         * Opens the bytes.
         *
         * @return a stream of at least as many bytes as declared, closed by whoever opened it
         * @throws IOException when the bytes cannot be reached
         */
        InputStream open() throws IOException;
    }

    private Blob(long bytes, Source source) {
        this.bytes = Check.notNegative(bytes, "bytes");
        this.source = source;
    }

    /**
     * Wraps a source.
     *
     * @param bytes how many bytes the source has, not negative
     * @param source opens them
     * @return the blob
     */
    public static Blob of(long bytes, Source source) {
        return new Blob(bytes, source);
    }

    /**
     * Wraps a file.
     *
     * @param file its length is read now
     * @return the blob
     * @throws IOException when the file cannot be read
     */
    public static Blob ofFile(Path file) throws IOException {
        return new Blob(Files.size(file), () -> Files.newInputStream(file));
    }

    /** Wraps bytes that are in memory anyway; they are not copied. */
    public static Blob ofBytes(byte[] content) {
        return new Blob(content.length, () -> new ByteArrayInputStream(content));
    }

    /** Returns how many bytes there are. */
    public long bytes() {
        return bytes;
    }

    /**
     * Opens the bytes.
     *
     * @return a stream that the caller closes
     * @throws IOException when they cannot be reached
     * @throws IllegalStateException for a received blob that was opened before
     */
    public InputStream open() throws IOException {
        return source.open();
    }

    /**
     * Copies all bytes.
     *
     * @param out where to; not closed
     * @throws IOException when either side fails, or the source has fewer bytes than declared
     */
    public void writeTo(OutputStream out) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = open()) {
            long left = bytes;
            while (left > 0) {
                int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (count < 0) {
                    throw new IOException("The blob ends " + left + " bytes before its declared end.");
                }
                out.write(buffer, 0, count);
                left -= count;
            }
        }
    }

    /**
     * Writes all bytes to a file, which appears whole or not at all.
     *
     * @param file the target
     * @throws IOException when either side fails
     */
    public void saveTo(Path file) throws IOException {
        AtomicFiles.write(file, this::writeTo);
    }
}
