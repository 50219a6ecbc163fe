package io.splittune.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.List;
import java.util.zip.CRC32C;

/** Writes one frame of {@link FrameFormat} into an array of exactly its length. Confined to one thread. */
final class FrameWriter {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] bytes;
    private int position;

    private FrameWriter(int length) {
        this.bytes = new byte[length];
    }

    /**
     * Writes a pass-through frame.
     *
     * @param payload little-endian values
     */
    static byte[] passThrough(int payloadKind, int[] shape, Section payload) {
        FrameWriter writer = new FrameWriter(prefixLength(shape) + payload.length() + FrameFormat.CHECKSUM_BYTES);
        writer.prefix(payloadKind, shape);
        writer.section(payload);
        return writer.seal();
    }

    /**
     * Writes a quantised frame.
     *
     * @param slices each with as many sections as the header's coder says
     * @param withPositions whether the frame tells which elements are kept
     */
    static byte[] quantised(QuantisedHeader header, int[] shape, List<EncodedSlice> slices, boolean withPositions) {
        boolean withKept = withPositions && slices.size() > 1;
        int length = prefixLength(shape) + headerLength(header) + FrameFormat.CHECKSUM_BYTES;
        for (EncodedSlice slice : slices) {
            length = Math.addExact(length, slice.bytes() + (withKept ? varintLength(slice.kept()) : 0));
        }
        FrameWriter writer = new FrameWriter(length);
        writer.prefix(
                FrameFormat.PAYLOAD_QUANTISED
                        | header.coder().code() << FrameFormat.CODER_SHIFT
                        | (header.sharedMask() ? FrameFormat.SHARED_MASK : 0)
                        | (header.offsets().isFitted() ? FrameFormat.FITTED_POINTS : 0),
                shape);
        writer.header(header);
        if (withKept) {
            slices.forEach(slice -> writer.varint(slice.kept()));
        }
        slices.forEach(slice -> slice.sections().forEach(section -> writer.varint(section.length())));
        slices.forEach(slice -> slice.sections().forEach(writer::section));
        return writer.seal();
    }

    static int varintLength(int value) {
        return Math.max(1, (FrameFormat.bits(value) + 6) / 7);
    }

    private static int prefixLength(int[] shape) {
        int length = FrameFormat.MAGIC.length + 3;
        for (int dimension : shape) {
            length += varintLength(dimension);
        }
        return length;
    }

    private static int headerLength(QuantisedHeader header) {
        return varintLength(header.kept())
                + varintLength(header.range().levels())
                + 2 * Float.BYTES
                + header.offsets().section().length()
                + (header.sharedMask() ? Integer.BYTES : 0);
    }

    private void prefix(int kind, int[] shape) {
        System.arraycopy(FrameFormat.MAGIC, 0, bytes, 0, FrameFormat.MAGIC.length);
        position = FrameFormat.MAGIC.length;
        bytes[position++] = FrameFormat.VERSION;
        bytes[position++] = (byte) kind;
        bytes[position++] = (byte) shape.length;
        for (int dimension : shape) {
            varint(dimension);
        }
    }

    private void header(QuantisedHeader header) {
        varint(header.kept());
        varint(header.range().levels());
        word(Float.floatToRawIntBits(header.range().low()));
        word(Float.floatToRawIntBits(header.range().high()));
        section(header.offsets().section());
        if (header.sharedMask()) {
            word(header.maskChecksum());
        }
    }

    private void varint(int value) {
        int left = value;
        while (left >= 0x80) {
            bytes[position++] = (byte) (left | 0x80);
            left >>>= 7;
        }
        bytes[position++] = (byte) left;
    }

    private void word(int value) {
        INT.set(bytes, position, value);
        position += Integer.BYTES;
    }

    private void section(Section section) {
        System.arraycopy(section.bytes(), section.from(), bytes, position, section.length());
        position += section.length();
    }

    private byte[] seal() {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, position);
        word((int) crc.getValue());
        return bytes;
    }
}
