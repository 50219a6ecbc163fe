package io.splittune.cli;

import io.splittune.codec.FrameFormat;
import io.splittune.core.AtomicFiles;
import io.splittune.core.UserException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads NumPy's {@code .npy} files: versions 1 to 3, float32 and float16 of either byte order, C order, any shape. No
 * length of the file is trusted: the sizes must fit together before any memory is taken.
 *
 * <p>The libraries at hand know no float16.
 */
final class NpyFile {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int HEADER_LIMIT_BYTES = 65_536;
    private static final int ALIGNMENT = 64;
    private static final int CHUNK_BYTES = 1 << 16;
    private static final Pattern HEADER =
            Pattern.compile("\\{\\s*'descr'\\s*:\\s*'([^']*)'\\s*,\\s*'fortran_order'\\s*:\\s*(True|False)\\s*,"
                    + "\\s*'shape'\\s*:\\s*\\(([0-9,\\s]*)\\)\\s*,?\\s*}\\s*");

    private final Path path;
    private final FileChannel file;

    private NpyFile(Path path, FileChannel file) {
        this.path = path;
        this.file = file;
    }

    /**
     * Reads the whole file.
     *
     * @param path the file
     * @throws UserException when it is missing, damaged, or holds something else
     */
    static TensorValues read(Path path) {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            return new NpyFile(path, file).read();
        } catch (NoSuchFileException e) {
            throw new UserException(path + ": no such file", e);
        } catch (IOException e) {
            throw new UserException(path + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private TensorValues read() throws IOException {
        ByteBuffer start = bytes(MAGIC.length + 2);
        byte[] magic = new byte[MAGIC.length];
        start.get(magic);
        int version = start.get();
        if (!Arrays.equals(magic, MAGIC) || version < 1 || version > 3) {
            throw refuse("not a NumPy file of version 1 to 3");
        }
        long headerBytes = version == 1
                ? Short.toUnsignedInt(bytes(Short.BYTES).getShort())
                : Integer.toUnsignedLong(bytes(Integer.BYTES).getInt());
        if (headerBytes > HEADER_LIMIT_BYTES) {
            throw refuse("its header claims " + headerBytes + " bytes; at most " + HEADER_LIMIT_BYTES + " make sense");
        }
        String header = StandardCharsets.UTF_8.decode(bytes((int) headerBytes)).toString();
        Matcher parts = HEADER.matcher(header);
        if (!parts.matches()) {
            throw refuse("its header is not that of a plain array");
        }
        if (parts.group(2).equals("True")) {
            throw refuse("in Fortran order; save it with numpy.ascontiguousarray");
        }
        return values(parts.group(1), shape(parts.group(3)));
    }

    private TensorValues values(String type, int[] shape) throws IOException {
        ByteOrder order = type.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        int width;
        switch (type) {
            case "<f4", ">f4" -> width = Float.BYTES;
            case "<f2", ">f2" -> width = Short.BYTES;
            default -> throw refuse("holds '" + type + "', expected float32 ('<f4') or float16 ('<f2')");
        }
        int elements = Arrays.stream(shape).reduce(1, (left, right) -> left * right);
        long expected = (long) elements * width;
        long left = file.size() - file.position();
        if (left != expected) {
            throw refuse("holds " + left + " bytes of values where its shape needs " + expected);
        }
        float[] values = new float[elements];
        for (int done = 0; done < elements; ) {
            int count = Math.min(elements - done, CHUNK_BYTES / width);
            ByteBuffer chunk = bytes(count * width).order(order);
            for (int i = 0; i < count; i++) {
                values[done + i] = width == Float.BYTES ? chunk.getFloat() : HalfFloats.toFloat(chunk.getShort());
            }
            done += count;
        }
        return new TensorValues(String.valueOf(path.getFileName()), shape, values);
    }

    /** Parses the shape; leading sizes are multiplied together where there are more than a frame may have. */
    private int[] shape(String text) {
        long[] sizes = Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(size -> !size.isEmpty())
                .mapToLong(this::size)
                .toArray();
        long elements = 1;
        for (long size : sizes) {
            elements *= size;
            if (elements == 0 || elements > FrameFormat.MAX_ELEMENTS) {
                throw refuse("its shape (" + text.strip() + ") has no or more than " + FrameFormat.MAX_ELEMENTS
                        + " elements");
            }
        }
        int rank = Math.max(1, Math.min(sizes.length, FrameFormat.MAX_RANK));
        int[] shape = new int[rank];
        Arrays.fill(shape, 1);
        for (int i = 0; i < sizes.length; i++) {
            int place = Math.max(0, i - (sizes.length - rank));
            shape[place] *= (int) sizes[i];
        }
        return shape;
    }

    private long size(String digits) {
        if (digits.length() > 10 || !digits.chars().allMatch(Character::isDigit)) {
            throw refuse("its shape has a size of '" + digits + "'");
        }
        return Long.parseLong(digits);
    }

    private ByteBuffer bytes(int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (file.read(buffer) < 0) {
                throw refuse("ends in the middle");
            }
        }
        return buffer.flip();
    }

    private UserException refuse(String reason) {
        return new UserException(path + ": " + reason);
    }

    /**
     * Writes a float32 array in C order, version 1.0 of the format; the file appears whole or not at all.
     *
     * @param path the file
     * @param values row-major
     * @param shape whose product is the number of values
     * @throws IOException when writing fails
     */
    static void write(Path path, float[] values, int... shape) throws IOException {
        String sizes = Arrays.stream(shape).mapToObj(size -> size + ",").collect(Collectors.joining(" ", "(", ")"));
        String text = "{'descr': '<f4', 'fortran_order': False, 'shape': " + sizes + ", }";
        int unpadded = MAGIC.length + 2 + Short.BYTES + text.length() + 1;
        String header = text + " ".repeat(Math.floorMod(-unpadded, ALIGNMENT)) + "\n";
        ByteBuffer bytes = ByteBuffer.allocate(
                        unpadded - text.length() - 1 + header.length() + values.length * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) header.length());
        bytes.put(header.getBytes(StandardCharsets.US_ASCII));
        bytes.asFloatBuffer().put(values);
        AtomicFiles.write(path, out -> out.write(bytes.array()));
    }
}
