package io.splittune.cli;

/** IEEE 754 binary16, which the JDK knows from 20 on. */
final class HalfFloats {
    private static final int EXPONENT_BIAS_DIFFERENCE = 127 - 15;
    private static final int FRACTION_SHIFT = 23 - 10;

    private HalfFloats() {}

    /** Converts exactly; a NaN stays a NaN with its payload. */
    static float toFloat(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = (half >>> 10) & 0x1F;
        int fraction = half & 0x3FF;
        if (exponent == 0) {
            float magnitude = fraction * 0x1p-24f; // zero and the subnormals
            return sign == 0 ? magnitude : -magnitude;
        }
        int wide = exponent == 0x1F ? 0xFF : exponent + EXPONENT_BIAS_DIFFERENCE;
        return Float.intBitsToFloat(sign | wide << 23 | fraction << FRACTION_SHIFT);
    }
}
