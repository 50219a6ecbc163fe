package io.splittune.model;

import io.splittune.core.UserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A safetensors file that is read by range: its header when it is opened, then only the tensors asked for.
 *
 * <p>The header is checked whole (see {@link SafetensorsHeader}), so a range never leaves the file. Thread-safe: reads
 * are positional. The owner closes it.
 */
public final class SafetensorsFile implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;
    private final SafetensorsHeader header;
    private final AtomicLong bytesRead = new AtomicLong();

    private SafetensorsFile(Path path, FileChannel channel, SafetensorsHeader header) {
        this.path = path;
        this.channel = channel;
        this.header = header;
    }

    /**
     * Opens a file and reads its header.
     *
     * @param path the file
     * @return the open file
     * @throws UserException when there is none, or when it is truncated, damaged or no safetensors file
     */
    public static SafetensorsFile open(Path path) {
        FileChannel channel;
        try {
            channel = FileChannel.open(path, StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            throw new UserException(path + ": there is no such file.", e);
        } catch (IOException e) {
            throw new UserException(path + ": cannot be opened (" + e.getMessage() + ").", e);
        }
        try {
            return new SafetensorsFile(path, channel, readHeader(channel, path.toString()));
        } catch (IOException e) {
            closeQuietly(channel, e);
            throw new UserException(path + ": cannot be read (" + e.getMessage() + ").", e);
        } catch (RuntimeException e) {
            closeQuietly(channel, e);
            throw e;
        }
    }

    private static SafetensorsHeader readHeader(FileChannel channel, String place) throws IOException {
        long fileBytes = channel.size();
        if (fileBytes < SafetensorsHeader.LENGTH_BYTES) {
            throw new UserException(place + ": truncated, " + fileBytes + " bytes are no safetensors file.");
        }
        ByteBuffer length = ByteBuffer.allocate(SafetensorsHeader.LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        fill(channel, length, 0, place);
        ByteBuffer json = ByteBuffer.allocate(SafetensorsHeader.checkedLength(length.getLong(0), fileBytes, place));
        fill(channel, json, SafetensorsHeader.LENGTH_BYTES, place);
        return SafetensorsHeader.parse(json.array(), fileBytes, place);
    }

    private static void fill(FileChannel channel, ByteBuffer target, long position, String place) throws IOException {
        long next = position;
        while (target.hasRemaining()) {
            int count = channel.read(target, next);
            if (count < 0) {
                throw new UserException(place + ": truncated while it was read; copy it again.");
            }
            next += count;
        }
    }

    private static void closeQuietly(FileChannel channel, Exception reason) {
        try {
            channel.close();
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    /** Returns where the file lies. */
    public Path path() {
        return path;
    }

    /** Returns the tensors' names in the header's order. */
    public Set<String> names() {
        return header.entries().keySet();
    }

    /** Returns the free texts of the header. */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /**
     * Returns the type of a tensor's elements.
     *
     * @throws IllegalArgumentException when there is no such tensor
     */
    public SafetensorsType type(String name) {
        return entry(name).type();
    }

    /**
     * Returns a tensor's shape.
     *
     * @throws IllegalArgumentException when there is no such tensor
     */
    public long[] shape(String name) {
        return entry(name).shape().clone();
    }

    /**
     * Returns the bytes of a tensor.
     *
     * @throws IllegalArgumentException when there is no such tensor
     */
    public long bytes(String name) {
        return entry(name).bytes();
    }

    /**
     * Reads a part of a tensor's bytes, little-endian as they are in the file.
     *
     * @param name the tensor
     * @param offset first byte, counted from the tensor's start
     * @param target filled from its position to its limit, which must not reach past the tensor's end
     * @throws IllegalArgumentException when there is no such tensor or range
     * @throws UserException when the file was cut short since it was opened
     * @throws UncheckedIOException when reading fails
     */
    public void read(String name, long offset, ByteBuffer target) {
        SafetensorsHeader.Entry entry = entry(name);
        int count = target.remaining();
        if (offset < 0 || offset > entry.bytes() - count) {
            throw new IllegalArgumentException("Bytes " + offset + " to " + (offset + count) + " of " + name
                    + " were asked for; it has " + entry.bytes() + ".");
        }
        try {
            fill(channel, target, header.payloadStart() + entry.begin() + offset, path.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(path + ": cannot be read", e);
        }
        bytesRead.addAndGet(count);
    }

    /**
     * Reads a whole tensor as 32-bit floats.
     *
     * @param name of a tensor of type F32, F16 or BF16
     * @return its values and shape
     * @throws UserException when it has another type
     */
    public FloatArray readFloats(String name) {
        SafetensorsHeader.Entry entry = entry(name);
        if (!entry.type().isWeight()) {
            throw new UserException(path + ": " + name + " is " + entry.type() + "; F32, F16 and BF16 are supported.");
        }
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(entry.bytes()));
        read(name, 0, bytes);
        return FloatArray.wrap(entry.type().toFloats(bytes.flip()), entry.shape());
    }

    /** Returns the payload bytes read so far; the header does not count. */
    public long bytesRead() {
        return bytesRead.get();
    }

    private SafetensorsHeader.Entry entry(String name) {
        SafetensorsHeader.Entry found = header.entries().get(name);
        if (found == null) {
            throw new IllegalArgumentException(path + " has no tensor " + name + ".");
        }
        return found;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(path + ": cannot be closed", e);
        }
    }
}
