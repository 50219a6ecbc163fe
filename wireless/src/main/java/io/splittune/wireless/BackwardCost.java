package io.splittune.wireless;

/** What operations a step of LoRA tuning is charged for. */
public enum BackwardCost {
    /**
     * The paper's count: backward is twice forward, LoRA's own operations are left out.
     *
     * <p>True of full tuning. With frozen weights it charges for weight gradients that nobody computes, which is more
     * than the LoRA operations it leaves out (at rank 16 these are 3 % of forward); the paper's minutes follow from it.
     */
    TWICE_FORWARD,
    /**
     * What is computed when the weights are frozen: forward with LoRA's products; backward has one product per
     * frozen matrix (for the input), two per attention product (both operands vary), two per LoRA matrix.
     */
    FROZEN_WEIGHTS
}
