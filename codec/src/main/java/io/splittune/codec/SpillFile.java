package io.splittune.codec;

import io.splittune.core.UserException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A file of the process for what memory has no room for, in the folder for temporary files: made with the first value,
 * deleted when it is closed. Room that is given back is used again by who asks for the same size. Confined to one thread.
 */
final class SpillFile implements AutoCloseable {
    private final Map<Long, ArrayDeque<Long>> free = new HashMap<>();
    private Optional<FileChannel> channel = Optional.empty();
    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private long end;

    /** Returns a place for that many bytes. */
    long place(long size) {
        ArrayDeque<Long> places = free.get(size);
        if (places != null && !places.isEmpty()) {
            return places.removeLast();
        }
        long place = end;
        end += size;
        return place;
    }

    /** Gives a place back. */
    void free(long place, long size) {
        free.computeIfAbsent(size, any -> new ArrayDeque<>()).add(place);
    }

    /** Writes values at a place. */
    void write(long place, short[] values, int length) {
        ByteBuffer written = buffer(length);
        written.asShortBuffer().put(values, 0, length);
        try {
            FileChannel file = open();
            while (written.hasRemaining()) {
                file.write(written, place + written.position());
            }
        } catch (IOException e) {
            throw failed("write", e);
        }
    }

    /** Reads values that were written at a place. */
    void read(long place, short[] target, int length) {
        ByteBuffer wanted = buffer(length);
        try {
            FileChannel file = open();
            while (wanted.hasRemaining()) {
                if (file.read(wanted, place + wanted.position()) < 0) {
                    throw new EOFException("the file has lost its end");
                }
            }
        } catch (IOException e) {
            throw failed("read", e);
        }
        wanted.flip().asShortBuffer().get(target, 0, length);
    }

    /** Gives back all places. */
    void clear() {
        free.clear();
        end = 0;
    }

    @Override
    public void close() {
        try {
            if (channel.isPresent()) {
                channel.get().close();
            }
        } catch (IOException e) {
            throw failed("close", e);
        } finally {
            channel = Optional.empty();
        }
    }

    private FileChannel open() throws IOException {
        if (channel.isEmpty()) {
            Path path = Files.createTempFile("splittune-samples-", ".bin");
            channel = Optional.of(FileChannel.open(
                    path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE));
        }
        return channel.get();
    }

    private ByteBuffer buffer(int length) {
        int size = Math.multiplyExact(length, Short.BYTES);
        if (bytes.capacity() < size) {
            bytes = ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
        }
        return bytes.clear().limit(size);
    }

    private static UserException failed(String what, IOException cause) {
        String folder = System.getProperty("java.io.tmpdir");
        return new UserException(
                "sample cache: cannot " + what + " its file in " + folder + " (" + cause.getMessage()
                        + "); make room there, name another folder with -Djava.io.tmpdir, or let the cache hold less",
                cause);
    }
}
