package io.splittune.model;

import io.splittune.core.Check;
import java.util.Arrays;

/** A linear map of the model that may carry a low-rank adapter. */
public enum LoraTarget {
    /** ViT: the fused projection to queries, keys and values of each block. */
    QKV("qkv", VitConfig.class, "blocks.%d.attn.qkv"),
    /** ViT: the output projection of the attention of each block. */
    PROJ("proj", VitConfig.class, "blocks.%d.attn.proj"),
    /** ViT: the first linear map of the feed-forward part of each block. */
    FC1("fc1", VitConfig.class, "blocks.%d.mlp.fc1"),
    /** ViT: the second linear map of the feed-forward part of each block. */
    FC2("fc2", VitConfig.class, "blocks.%d.mlp.fc2"),
    /** ViT: the patch embedding. */
    PATCH_EMBED("patch_embed", VitConfig.class, "patch_embed.proj"),
    /** ViT: the classifier. */
    HEAD("head", VitConfig.class, "head"),
    /** LLaMA: the projection to queries of each block. */
    Q_PROJ("q_proj", LlamaConfig.class, "model.layers.%d.self_attn.q_proj"),
    /** LLaMA: the projection to keys of each block. */
    K_PROJ("k_proj", LlamaConfig.class, "model.layers.%d.self_attn.k_proj"),
    /** LLaMA: the projection to values of each block. */
    V_PROJ("v_proj", LlamaConfig.class, "model.layers.%d.self_attn.v_proj"),
    /** LLaMA: the output projection of the attention of each block. */
    O_PROJ("o_proj", LlamaConfig.class, "model.layers.%d.self_attn.o_proj"),
    /** LLaMA: the feed-forward part's map to the gate of each block. */
    GATE_PROJ("gate_proj", LlamaConfig.class, "model.layers.%d.mlp.gate_proj"),
    /** LLaMA: the feed-forward part's map to what is gated of each block. */
    UP_PROJ("up_proj", LlamaConfig.class, "model.layers.%d.mlp.up_proj"),
    /** LLaMA: the feed-forward part's map back of each block. */
    DOWN_PROJ("down_proj", LlamaConfig.class, "model.layers.%d.mlp.down_proj");

    private final String key;
    private final Class<? extends ModelConfig> family;
    private final String module;

    LoraTarget(String key, Class<? extends ModelConfig> family, String module) {
        this.key = key;
        this.family = family;
        this.module = module;
    }

    /** Returns the name in scenario files, such as {@code qkv}. */
    public String key() {
        return key;
    }

    /** Returns whether each block has one. */
    public boolean inBlocks() {
        return this != PATCH_EMBED && this != HEAD;
    }

    /** Returns whether models of the kind of {@code config} have such maps. */
    public boolean isOf(ModelConfig config) {
        return family.isInstance(config);
    }

    /**
     * Returns the canonical name of the module, such as {@code blocks.3.attn.qkv}.
     *
     * @param block the block, counted from zero; without meaning outside the blocks
     */
    public String module(int block) {
        return module.replace("%d", Integer.toString(block));
    }

    /**
     * Finds a target by its name in scenario files.
     *
     * @throws IllegalArgumentException when there is none of that name; the message lists them
     */
    public static LoraTarget ofKey(String key) {
        for (LoraTarget target : values()) {
            if (target.key.equals(key)) {
                return target;
            }
        }
        throw new IllegalArgumentException("LoRA target '" + key + "' must be one of "
                + Arrays.stream(values()).map(LoraTarget::key).toList() + ".");
    }

    /** Returns the length of the map's input in {@code config}: features, or channels times patch area. */
    public long inputs(ModelConfig config) {
        requireOf(config);
        return switch (this) {
            case FC2, DOWN_PROJ -> config.mlpWidth();
            case PATCH_EMBED -> patchValues((VitConfig) config);
            case O_PROJ -> (long) ((LlamaConfig) config).heads() * ((LlamaConfig) config).headWidth();
            default -> config.width();
        };
    }

    private static long patchValues(VitConfig config) {
        return (long) config.channels() * config.patchSize() * config.patchSize();
    }

    /** Returns the length of the map's output in {@code config}. */
    public long outputs(ModelConfig config) {
        requireOf(config);
        return switch (this) {
            case QKV -> 3L * config.width();
            case PROJ, FC2, PATCH_EMBED, O_PROJ, DOWN_PROJ -> config.width();
            case FC1, GATE_PROJ, UP_PROJ -> config.mlpWidth();
            case Q_PROJ -> (long) config.heads() * ((LlamaConfig) config).headWidth();
            case K_PROJ, V_PROJ -> (long) ((LlamaConfig) config).keyValueHeads() * ((LlamaConfig) config).headWidth();
            case HEAD -> {
                Check.require(config.classes() > 0, "A model without a head has no LoRA target 'head'.");
                yield config.classes();
            }
        };
    }

    private void requireOf(ModelConfig config) {
        Check.require(isOf(config), "The model has no map '%s'.", key);
    }
}
