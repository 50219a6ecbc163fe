package io.splittune.model;

import io.splittune.core.Check;
import java.util.Arrays;

/** A linear map of the model that may carry a low-rank adapter. */
public enum LoraTarget {
    /** The fused projection to queries, keys and values of each block. */
    QKV("qkv", "attn.qkv"),
    /** The output projection of the attention of each block. */
    PROJ("proj", "attn.proj"),
    /** The first linear map of the feed-forward part of each block. */
    FC1("fc1", "mlp.fc1"),
    /** The second linear map of the feed-forward part of each block. */
    FC2("fc2", "mlp.fc2"),
    /** The patch embedding. */
    PATCH_EMBED("patch_embed", "patch_embed.proj"),
    /** The classifier. */
    HEAD("head", "head");

    private final String key;
    private final String module;

    LoraTarget(String key, String module) {
        this.key = key;
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

    /**
     * Returns the canonical name of the module, such as {@code blocks.3.attn.qkv}.
     *
     * @param block the block, counted from zero; without meaning outside the blocks
     */
    public String module(int block) {
        return inBlocks() ? "blocks." + block + "." + module : module;
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
        return switch (this) {
            case QKV, PROJ, FC1, HEAD -> config.width();
            case FC2 -> config.mlpWidth();
            case PATCH_EMBED -> (long) config.channels() * config.patchSize() * config.patchSize();
        };
    }

    /** Returns the length of the map's output in {@code config}. */
    public long outputs(ModelConfig config) {
        return switch (this) {
            case QKV -> 3L * config.width();
            case PROJ, FC2, PATCH_EMBED -> config.width();
            case FC1 -> config.mlpWidth();
            case HEAD -> {
                Check.require(config.classes() > 0, "A model without a head has no LoRA target 'head'.");
                yield config.classes();
            }
        };
    }
}
