package io.splittune.model;

import io.splittune.tensor.DType;

/** How the frozen weights are stored and what the blocks compute in. */
public enum Precision {
    /** IEEE single precision throughout: the reference. */
    FP32(DType.FP32),
    /**
     * Weights, layer norms and activations in bfloat16; adapters keep fp32 masters that are rounded on use, and logits and
     * loss are fp32. Half the memory of {@link #FP32}, and several times its speed on processors with bf16 instructions.
     */
    BF16(DType.BF16);

    private final DType dtype;

    Precision(DType dtype) {
        this.dtype = dtype;
    }

    /** Returns the element type of weights and activations. */
    public DType dtype() {
        return dtype;
    }
}
