package io.splittune.training.data;

import io.splittune.core.UserException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/**
 * One IDX file of unsigned bytes: two zero bytes, type 8, number of dimensions, the dimensions as big-endian int, then
 * the values. A gzip file is unpacked once into a temporary file; a plain one is read in place.
 */
final class IdxFile implements AutoCloseable {
    private static final int UNSIGNED_BYTES = 0x08;
    private static final int COPY_BYTES = 1 << 16;
    private static final int GZIP_MAGIC = 0x1F8B;

    private final Path path;
    private final RecordFile file;
    private final int[] sizes;

    private IdxFile(Path path, RecordFile file, int[] sizes) {
        this.path = path;
        this.file = file;
        this.sizes = sizes;
    }

    /**
     * Opens and checks a file.
     *
     * @param dimensions the number of dimensions that it must have
     */
    static IdxFile open(Path path, int dimensions) {
        DataFiles.open(path).close();
        RecordFile file = isGzip(path) ? unpacked(path, dimensions) : RecordFile.open(path);
        try {
            byte[] header = new byte[headerBytes(dimensions)];
            if (file.length() < header.length) {
                throw truncated(path, file.length(), header.length);
            }
            file.read(0, header, 0, header.length);
            int[] sizes = parse(path, header, dimensions);
            long expected = expectedBytes(path, sizes);
            if (file.length() != expected) {
                throw truncated(path, file.length(), expected);
            }
            return new IdxFile(path, file, sizes);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** Returns the dimensions. */
    int[] sizes() {
        return sizes.clone();
    }

    /** Fills the array with values from the given one on. */
    void read(long firstValue, byte[] target) {
        file.read(headerBytes(sizes.length) + firstValue, target, 0, target.length);
    }

    private static int headerBytes(int dimensions) {
        return 4 + 4 * dimensions;
    }

    private static int[] parse(Path path, byte[] header, int dimensions) {
        ByteBuffer bytes = ByteBuffer.wrap(header);
        int magic = bytes.getInt();
        int wanted = UNSIGNED_BYTES << 8 | dimensions;
        if (magic != wanted) {
            throw new UserException(String.format(
                    Locale.ROOT,
                    "%s: begins with 0x%08x; an IDX file of unsigned bytes in %d dimensions begins with 0x%08x.",
                    path,
                    magic,
                    dimensions,
                    wanted));
        }
        int[] sizes = new int[dimensions];
        for (int i = 0; i < dimensions; i++) {
            sizes[i] = bytes.getInt();
        }
        return sizes;
    }

    private static long expectedBytes(Path path, int[] sizes) {
        long bytes = 1;
        for (int size : sizes) {
            if (size <= 0 || bytes > Long.MAX_VALUE / 2 / size) {
                throw new UserException(path + ": declares the sizes " + Arrays.toString(sizes)
                        + "; each must be positive. The file is damaged.");
            }
            bytes *= size;
        }
        return bytes + headerBytes(sizes.length);
    }

    private static UserException truncated(Path path, long actual, long expected) {
        return new UserException(path + ": has " + actual + " bytes where its header promises " + expected
                + "; the file is truncated or damaged.");
    }

    private static boolean isGzip(Path path) {
        try (InputStream in = Files.newInputStream(path)) {
            return (in.read() << 8 | in.read()) == GZIP_MAGIC;
        } catch (IOException e) {
            throw new UserException(path + ": cannot be read (" + e.getMessage() + ").", e);
        }
    }

    /** Unpacks as much as the header promises, and no more than one byte beyond it. */
    private static RecordFile unpacked(Path path, int dimensions) {
        Path temporary = temporaryFile(path);
        boolean done = false;
        try (DataInputStream in = new DataInputStream(
                        new GZIPInputStream(new BufferedInputStream(Files.newInputStream(path)), COPY_BYTES));
                OutputStream out = Files.newOutputStream(temporary)) {
            byte[] header = new byte[headerBytes(dimensions)];
            in.readFully(header);
            out.write(header);
            long left = expectedBytes(path, parse(path, header, dimensions)) - header.length + 1;
            byte[] block = new byte[COPY_BYTES];
            int count = in.read(block, 0, (int) Math.min(left, COPY_BYTES));
            while (count > 0) {
                out.write(block, 0, count);
                left -= count;
                count = in.read(block, 0, (int) Math.min(left, COPY_BYTES));
            }
            done = true;
        } catch (EOFException e) {
            throw new UserException(path + ": the gzip stream ends too early; the file is truncated.", e);
        } catch (IOException e) {
            throw new UserException(path + ": cannot be unpacked to " + temporary + " (" + e.getMessage() + ").", e);
        } finally {
            if (!done) {
                DataFiles.deleteQuietly(temporary);
            }
        }
        return RecordFile.openTemporary(temporary);
    }

    private static Path temporaryFile(Path source) {
        try {
            return Files.createTempFile("splittune-", ".idx");
        } catch (IOException e) {
            throw new UserException(
                    source + ": cannot be unpacked, no temporary file can be made (" + e.getMessage() + ").", e);
        }
    }

    @Override
    public void close() {
        file.close();
    }

    @Override
    public String toString() {
        return path + " " + Arrays.toString(sizes);
    }
}
