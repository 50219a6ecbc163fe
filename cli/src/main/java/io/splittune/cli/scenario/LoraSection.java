package io.splittune.cli.scenario;

import java.util.List;
import java.util.Optional;

/**
 * The trained adapters.
 *
 * @param rank r
 * @param alpha the update is scaled by alpha / rank
 * @param dropout probability
 * @param targets layers that get an adapter
 * @param trainHead whether the classifier is trained as a whole
 * @param adapter to go on from
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
                                + "for which qkv, proj, fc1 and fc2 stand too.",
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

        @Key("Whether the head is trained as a whole; left out: a classifier is, a language model's words are not.")
        Optional<Boolean> trainHead,

        @Key(value = "Folder of a PEFT adapter to go on from; its rank, alpha and layers then hold.", file = true)
        Optional<String> adapter) {}
