package io.splittune.training.data;

import io.splittune.core.UserException;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file read at any position by any thread.
 *
 * <p>A {@code FileChannel} would read without a lock, but an interrupt of one reading thread closes it for all.
 */
final class RecordFile implements AutoCloseable {
    private final Path path;
    private final RandomAccessFile file;
    private final boolean temporary;
    private boolean closed;

    private RecordFile(Path path, RandomAccessFile file, boolean temporary) {
        this.path = path;
        this.file = file;
        this.temporary = temporary;
    }

    static RecordFile open(Path path) {
        return open(path, false);
    }

    /** Opens a file that is deleted on close, and at once where the system lets an open file be deleted. */
    static RecordFile openTemporary(Path path) {
        return open(path, true);
    }

    private static RecordFile open(Path path, boolean temporary) {
        try {
            RecordFile opened = new RecordFile(path, new RandomAccessFile(path.toFile(), "r"), temporary);
            opened.deleteIfTemporary();
            return opened;
        } catch (IOException e) {
            throw new UserException(path + ": cannot be opened (" + e.getMessage() + ").", e);
        }
    }

    synchronized long length() {
        try {
            return file.length();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** Fills a part of {@code target} from the given position. */
    synchronized void read(long position, byte[] target, int offset, int count) {
        if (closed) {
            throw new IllegalStateException(path + " is read after its data set was closed.");
        }
        try {
            file.seek(position);
            file.readFully(target, offset, count);
        } catch (EOFException e) {
            throw new UserException(path + ": ends before byte " + (position + count) + "; was it changed?", e);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private UserException unreadable(IOException e) {
        return new UserException(path + ": cannot be read (" + e.getMessage() + ").", e);
    }

    private void deleteIfTemporary() {
        if (temporary) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                // Windows refuses while the file is open; the second attempt comes on close.
                path.toFile().deleteOnExit();
            }
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            file.close();
        } catch (IOException e) {
            throw unreadable(e);
        }
        deleteIfTemporary();
    }
}
