package io.splittune.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Element types of a safetensors file, by the names it uses. */
public enum SafetensorsType {
    /** One byte, 0 or 1. */
    BOOL(1),
    /** Unsigned 8-bit integer. */
    U8(1),
    /** 8-bit integer. */
    I8(1),
    /** 8-bit float with 5 exponent bits. */
    F8_E5M2(1),
    /** 8-bit float with 4 exponent bits. */
    F8_E4M3(1),
    /** 16-bit integer. */
    I16(2),
    /** Unsigned 16-bit integer. */
    U16(2),
    /** IEEE half precision. */
    F16(2),
    /** The upper half of an IEEE single. */
    BF16(2),
    /** 32-bit integer. */
    I32(4),
    /** Unsigned 32-bit integer. */
    U32(4),
    /** IEEE single precision. */
    F32(4),
    /** IEEE double precision. */
    F64(8),
    /** 64-bit integer. */
    I64(8),
    /** Unsigned 64-bit integer. */
    U64(8);

    private final int bytes;

    SafetensorsType(int bytes) {
        this.bytes = bytes;
    }

    /** Returns the bytes of one element. */
    public int bytes() {
        return bytes;
    }

    /** Returns whether weights may have this type: F32, F16 or BF16. */
    public boolean isWeight() {
        return this == F32 || this == F16 || this == BF16;
    }

    /**
     * Converts elements to 32-bit floats, exactly.
     *
     * @param source little-endian elements from position to limit; its position is left alone
     * @return as many floats
     * @throws IllegalStateException when this is no weight type
     */
    float[] toFloats(ByteBuffer source) {
        ByteBuffer in = source.slice().order(ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[in.remaining() / bytes];
        switch (this) {
            case F32 -> in.asFloatBuffer().get(values);
            case BF16 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = Float.intBitsToFloat(in.getShort(2 * i) << 16);
                }
            }
            case F16 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = halfToFloat(in.getShort(2 * i));
                }
            }
            default -> throw new IllegalStateException(this + " is no weight type.");
        }
        return values;
    }

    /**
     * Appends floats in this type, rounded to the nearest, ties to even.
     *
     * @param values what to write
     * @param target takes {@code values.length * bytes()} bytes, little-endian whatever its own order
     * @throws IllegalStateException when this is no weight type
     */
    void putFloats(float[] values, ByteBuffer target) {
        ByteOrder order = target.order();
        target.order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            switch (this) {
                case F32 -> target.putFloat(value);
                case BF16 -> target.putShort(floatToBfloat(value));
                case F16 -> target.putShort(floatToHalf(value));
                default -> throw new IllegalStateException(this + " is no weight type.");
            }
        }
        target.order(order);
    }

    private static short floatToBfloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) ((bits >>> 16) | 0x40); // Stays a NaN when its low bits are cut off.
        }
        return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
    }

    /** JDK 17 lacks Float.float16ToFloat. */
    static float halfToFloat(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = (half >>> 10) & 0x1F;
        int fraction = half & 0x3FF;
        if (exponent == 0) {
            float subnormal = fraction * 0x1p-24f;
            return sign == 0 ? subnormal : -subnormal;
        }
        int wide = exponent == 0x1F ? 0xFF : exponent + 112; // 127 - 15
        return Float.intBitsToFloat(sign | (wide << 23) | (fraction << 13));
    }

    /** JDK 17 lacks Float.floatToFloat16. */
    static short floatToHalf(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = (bits >>> 16) & 0x8000;
        float magnitude = Math.abs(value);
        if (Float.isNaN(value)) {
            return (short) (sign | 0x7E00);
        }
        if (magnitude >= 65520f) { // Halfway from the largest half, 65504, to the next power of two.
            return (short) (sign | 0x7C00);
        }
        if (magnitude < 0x1p-14f) {
            return (short) (sign | (int) Math.rint(magnitude * 0x1p24)); // Subnormals are multiples of 2^-24.
        }
        int magnitudeBits = bits & 0x7FFFFFFF;
        int rounded = magnitudeBits + 0xFFF + ((magnitudeBits >>> 13) & 1);
        return (short) (sign | ((rounded >>> 13) - (112 << 10)));
    }
}
