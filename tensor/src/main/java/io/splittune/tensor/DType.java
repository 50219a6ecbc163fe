package io.splittune.tensor;

import org.bytedeco.pytorch.global.torch.ScalarType;

/** The element type of a tensor. */
public enum DType {
    /** IEEE 754 double precision; meant for gradient checks, not for training. */
    FP64(8, true),
    /** IEEE 754 single precision: the reference. */
    FP32(4, true),
    /** bfloat16: the upper half of a single precision number. */
    BF16(2, true),
    /** IEEE 754 half precision; read from checkpoints, slow to compute with on CPUs. */
    FP16(2, true),
    /** 64-bit signed integer: labels, positions, token ids. */
    INT64(8, false),
    /** 32-bit signed integer. */
    INT32(4, false),
    /** 8-bit unsigned integer: image bytes. */
    UINT8(1, false),
    /** One byte that is 0 or 1: comparisons and masks. */
    BOOL(1, false);

    private final int bytes;
    private final boolean floating;

    DType(int bytes, boolean floating) {
        this.bytes = bytes;
        this.floating = floating;
    }

    /** Returns the size of one element in bytes. */
    public int bytes() {
        return bytes;
    }

    /** Says whether the type can carry gradients. */
    public boolean isFloating() {
        return floating;
    }

    ScalarType scalarType() {
        return switch (this) {
            case FP64 -> ScalarType.Double;
            case FP32 -> ScalarType.Float;
            case BF16 -> ScalarType.BFloat16;
            case FP16 -> ScalarType.Half;
            case INT64 -> ScalarType.Long;
            case INT32 -> ScalarType.Int;
            case UINT8 -> ScalarType.Byte;
            case BOOL -> ScalarType.Bool;
        };
    }

    static DType of(ScalarType type) {
        // The binding makes a new enum object for each native value; intern() finds the constant.
        ScalarType constant = type.intern();
        return switch (constant) {
            case Double -> FP64;
            case Float -> FP32;
            case BFloat16 -> BF16;
            case Half -> FP16;
            case Long -> INT64;
            case Int -> INT32;
            case Byte -> UINT8;
            case Bool -> BOOL;
            default ->
                throw new IllegalArgumentException("The element type " + constant + " of libtorch is not supported.");
        };
    }
}
