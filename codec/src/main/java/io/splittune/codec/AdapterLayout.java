package io.splittune.codec;

import io.splittune.core.Check;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Which tensors an adapter has, in order. Both ends of a link know it beforehand, so a frame only names it by checksum and
 * decides nothing about the memory that it takes. Immutable and thread-safe.
 */
public final class AdapterLayout {
    private final Map<String, Integer> lengths;
    private final int checksum;

    private AdapterLayout(Map<String, Integer> lengths, int checksum) {
        this.lengths = lengths;
        this.checksum = checksum;
    }

    /**
     * Describes tensors.
     *
     * @param shapes name to lengths of the axes, none negative, in the order in which the tensors are packed
     * @throws ArithmeticException if a tensor has more than 2^31 - 1 values
     */
    public static AdapterLayout of(Map<String, long[]> shapes) {
        Map<String, Integer> lengths = new LinkedHashMap<>();
        CRC32C crc = new CRC32C();
        shapes.forEach((name, shape) -> {
            crc.update(name.getBytes(StandardCharsets.UTF_8));
            ByteBuffer sizes = ByteBuffer.allocate(Byte.BYTES + Long.BYTES * shape.length);
            // A zero byte ends the name, so that no name runs into what follows.
            sizes.put((byte) 0);
            long length = 1;
            for (long axis : shape) {
                length = Math.multiplyExact(length, Check.notNegative(axis, "axis of " + name));
                sizes.putLong(axis);
            }
            crc.update(sizes.flip());
            lengths.put(name, Math.toIntExact(length));
        });
        return new AdapterLayout(Collections.unmodifiableMap(lengths), (int) crc.getValue());
    }

    /** Returns the number of values of each tensor by its name, in order; unmodifiable. */
    public Map<String, Integer> lengths() {
        return lengths;
    }

    /** Returns the CRC32C of names and shapes. */
    int checksum() {
        return checksum;
    }
}
