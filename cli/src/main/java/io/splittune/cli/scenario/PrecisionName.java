package io.splittune.cli.scenario;

/** Number formats of the frozen weights. */
public enum PrecisionName {
    /** IEEE 754 binary32, the reference. */
    FP32,
    /** The upper half of it: half the memory, and much faster where the processor multiplies it natively. */
    BF16
}
