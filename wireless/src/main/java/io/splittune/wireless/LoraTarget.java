package io.splittune.wireless;

import java.util.Set;

/** A linear layer of a transformer block that a LoRA pair sits on. */
public enum LoraTarget {
    /** Query, key and value as one matrix with one pair, as timm's ViT has it. */
    QKV,
    /** Query alone. */
    QUERY,
    /** Key alone. */
    KEY,
    /** Value alone. */
    VALUE,
    /** Output of attention. */
    PROJECTION,
    /** First matrix of the MLP: fc1 of a ViT, up of a LLaMA. */
    MLP_UP,
    /** Gate of a LLaMA's MLP; a ViT has none. */
    MLP_GATE,
    /** Last matrix of the MLP: fc2 of a ViT, down of a LLaMA. */
    MLP_DOWN;

    /** All linear layers of a ViT with fused query, key and value: 16 D r values, which is what SFT's Table III has. */
    public static final Set<LoraTarget> VIT_FUSED = Set.of(QKV, PROJECTION, MLP_UP, MLP_DOWN);

    /** All linear layers of a ViT with separate query, key and value: 18 D r values, as SFT's eq. (21) prints. */
    public static final Set<LoraTarget> VIT_SEPARATE = Set.of(QUERY, KEY, VALUE, PROJECTION, MLP_UP, MLP_DOWN);

    /** All linear layers of a LLaMA. */
    public static final Set<LoraTarget> LLAMA_ALL = Set.of(QUERY, KEY, VALUE, PROJECTION, MLP_GATE, MLP_UP, MLP_DOWN);

    /** Query and value only, the choice of the LoRA paper and of CARD's recommended setting. */
    public static final Set<LoraTarget> QUERY_VALUE = Set.of(QUERY, VALUE);
}
