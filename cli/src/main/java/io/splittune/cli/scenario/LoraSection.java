package io.splittune.cli.scenario;

import java.util.List;

/**
 * The trained adapters.
 *
 * @param rank r
 * @param alpha the update is scaled by alpha / rank
 * @param dropout probability
 * @param targets layers that get an adapter
 * @param trainHead whether the classifier is trained as a whole
 */
public record LoraSection(
        @Key(value = "Rank r of each adapter.", byDefault = "16", min = 1)
        int rank,

        @Key(value = "An adapter's output is scaled by alpha / rank.", byDefault = "16", above = 0)
        double alpha,

        @Key(
                value = "Probability that an input of an adapter is dropped in training.",
                byDefault = "0",
                min = 0,
                below = 1)
        double dropout,

        @Key(
                value =
                        "Layers that get an adapter: qkv to head are a vision transformer's, q_proj to down_proj a LLaMA's, "
                                + "for which qkv, proj, fc1 and fc2 also stand.",
                byDefault = "[qkv, proj, fc1, fc2]",
                oneOf = {
                    "qkv",
                    "proj",
                    "fc1",
                    "fc2",
                    "patch_embed",
                    "head",
                    "q_proj",
                    "k_proj",
                    "v_proj",
                    "o_proj",
                    "gate_proj",
                    "up_proj",
                    "down_proj"
                })
        List<String> targets,

        @Key(value = "Whether the classifier is trained as a whole.", byDefault = "true")
        boolean trainHead) {}
