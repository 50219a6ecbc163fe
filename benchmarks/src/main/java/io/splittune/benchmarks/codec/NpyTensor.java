package io.splittune.benchmarks.codec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A tensor from a file that {@code train --save-activations} wrote: NumPy's format 1.0, float32, C order.
 *
 * @param shape its sizes
 * @param values row-major
 */
@SuppressWarnings("ArrayRecordComponent") // Handed over, not compared.
record NpyTensor(int[] shape, float[] values) {
    private static final int HEADER_OFFSET = 10;

    static NpyTensor read(Path path) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
        int headerBytes = Short.toUnsignedInt(bytes.getShort(HEADER_OFFSET - Short.BYTES));
        String header = new String(bytes.array(), HEADER_OFFSET, headerBytes, StandardCharsets.US_ASCII);
        String sizes = header.substring(header.indexOf('(') + 1, header.indexOf(')'));
        int[] shape = Arrays.stream(sizes.split(","))
                .map(String::strip)
                .filter(size -> !size.isEmpty())
                .mapToInt(Integer::parseInt)
                .toArray();
        FloatBuffer floats = bytes.position(HEADER_OFFSET + headerBytes)
                .slice()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        float[] values = new float[floats.remaining()];
        floats.get(values);
        return new NpyTensor(shape, values);
    }
}
