package io.splittune.training;

/** What a run trains of its model. */
public enum Tuning {
    /** Low-rank adapters and maybe the head, as {@link TrainingConfig#lora} says; the other weights stay as they are. */
    LORA,
    /**
     * All weights on both sides of the cut, as fp32 values. The optimiser starts anew each round and no checkpoint is
     * kept, as in {@link Scheme#FL}.
     */
    FULL
}
