package io.splittune.codec;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Takes a sound frame apart, lets a test change one part, and puts it together with a right checksum. Its fields are the
 * grammar of {@link FrameFormat}, read here without the code under test.
 */
final class FrameBuilder {
    byte[] magic;
    int version;
    int kind;
    int rank;
    final List<byte[]> dimensions = new ArrayList<>();
    byte[] kept = {};
    byte[] levels = {};
    byte[] low = {};
    byte[] high = {};
    byte[] offsets = {};
    byte[] maskChecksum = {};
    final List<byte[]> lengths = new ArrayList<>();
    /** The sections, or the one payload of a pass-through frame. */
    final List<byte[]> sections = new ArrayList<>();

    private final byte[] frame;
    private int position;

    FrameBuilder(byte[] frame, int sectionCount) {
        this.frame = frame;
        magic = take(3);
        version = take(1)[0];
        kind = take(1)[0];
        rank = take(1)[0];
        for (int i = 0; i < rank; i++) {
            dimensions.add(takeVarint());
        }
        if ((kind & 3) == 2) {
            kept = takeVarint();
            levels = takeVarint();
            low = take(4);
            high = take(4);
            offsets = take((kind & 32) != 0 ? valueOf(levels) + 1 : 0);
            maskChecksum = take((kind & 16) != 0 ? 4 : 0);
            for (int i = 0; i < sectionCount; i++) {
                lengths.add(takeVarint());
            }
            for (byte[] length : lengths) {
                sections.add(take(valueOf(length)));
            }
        } else {
            sections.add(take(frame.length - 4 - position));
        }
    }

    byte[] build() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(magic);
        out.write(version);
        out.write(kind);
        out.write(rank);
        dimensions.forEach(out::writeBytes);
        out.writeBytes(kept);
        out.writeBytes(levels);
        out.writeBytes(low);
        out.writeBytes(high);
        out.writeBytes(offsets);
        out.writeBytes(maskChecksum);
        lengths.forEach(out::writeBytes);
        sections.forEach(out::writeBytes);
        return sealed(out.toByteArray());
    }

    /** Replaces a section and its length. */
    FrameBuilder section(int index, byte[] content) {
        sections.set(index, content);
        lengths.set(index, varint(content.length));
        return this;
    }

    /** Appends the checksum. */
    static byte[] sealed(byte[] body) {
        CRC32C crc = new CRC32C();
        crc.update(body);
        byte[] frame = Arrays.copyOf(body, body.length + 4);
        for (int i = 0; i < 4; i++) {
            frame[body.length + i] = (byte) (crc.getValue() >>> (8 * i));
        }
        return frame;
    }

    static byte[] varint(long value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long left = value;
        for (; left >= 128; left >>>= 7) {
            out.write((int) ((left & 127) | 128));
        }
        out.write((int) left);
        return out.toByteArray();
    }

    static byte[] f32(float value) {
        int bits = Float.floatToRawIntBits(value);
        return new byte[] {(byte) bits, (byte) (bits >>> 8), (byte) (bits >>> 16), (byte) (bits >>> 24)};
    }

    private byte[] take(int count) {
        position += count;
        return Arrays.copyOfRange(frame, position - count, position);
    }

    private byte[] takeVarint() {
        int start = position;
        while (frame[position] < 0) {
            position++;
        }
        position++;
        return Arrays.copyOfRange(frame, start, position);
    }

    private static int valueOf(byte[] varint) {
        int value = 0;
        for (int i = 0; i < varint.length; i++) {
            value |= (varint[i] & 127) << (7 * i);
        }
        return value;
    }
}
