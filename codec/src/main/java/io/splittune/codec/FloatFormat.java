package io.splittune.codec;

/** How one value is written when a tensor crosses the cut without quantisation. */
public enum FloatFormat {
    /** IEEE 754 binary32: lossless. */
    FP32(4),
    /** The upper half of a binary32, rounded to nearest, ties to even: relative error at most 2^-8. */
    BF16(2);

    private final int bytesPerValue;

    FloatFormat(int bytesPerValue) {
        this.bytesPerValue = bytesPerValue;
    }

    /** Returns a value as BF16, in the low 16 bits: rounded to nearest, ties to even, beyond its largest to infinity. */
    static int toBf16(float value) {
        int bits = Float.floatToRawIntBits(value);
        return (bits + 0x7fff + (bits >>> Short.SIZE & 1)) >>> Short.SIZE;
    }

    /** Returns the bytes that one value takes on the wire. */
    public int bytesPerValue() {
        return bytesPerValue;
    }
}
