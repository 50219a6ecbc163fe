package io.splittune.codec;

import static io.splittune.core.Check.require;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Values as they are, or as the upper half of their bits. Thread-safe (pure). */
final class PassThrough {
    private static final int BF16_INFINITE = 0x7f80;

    private PassThrough() {}

    static byte[] encode(float[] values, int[] shape, FloatFormat format) {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * format.bytesPerValue()).order(ByteOrder.LITTLE_ENDIAN);
        if (format == FloatFormat.FP32) {
            bytes.asFloatBuffer().put(values);
        } else {
            for (int i = 0; i < values.length; i++) {
                bytes.putShort(i * Short.BYTES, toBf16(values[i], i));
            }
        }
        int payload = format == FloatFormat.FP32 ? FrameFormat.PAYLOAD_FP32 : FrameFormat.PAYLOAD_BF16;
        return FrameWriter.passThrough(payload, shape, new Section(bytes.array(), 0, bytes.capacity()));
    }

    static void decode(FrameReader frame, float[] values) {
        boolean half = frame.payload() == FrameFormat.PAYLOAD_BF16;
        int bytesPerValue = half ? Short.BYTES : Float.BYTES;
        Section section = frame.payloadSection(bytesPerValue);
        ByteBuffer bytes = ByteBuffer.wrap(section.bytes(), section.from(), section.length())
                .slice()
                .order(ByteOrder.LITTLE_ENDIAN);
        int elements = values.length;
        if (half) {
            for (int i = 0; i < elements; i++) {
                values[i] = Float.intBitsToFloat(bytes.getShort(i * Short.BYTES) << Short.SIZE);
            }
        } else {
            bytes.asFloatBuffer().get(values);
        }
        for (int i = 0; i < elements; i++) {
            if (!Float.isFinite(values[i])) {
                throw new MalformedFrameException(section.from() + i * bytesPerValue, "value " + values[i]);
            }
        }
    }

    private static short toBf16(float value, int index) {
        int rounded = FloatFormat.toBf16(value);
        require((rounded & BF16_INFINITE) != BF16_INFINITE, "values[%s] (%s) is too large for BF16.", index, value);
        return (short) rounded;
    }
}
