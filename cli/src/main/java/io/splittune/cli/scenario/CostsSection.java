package io.splittune.cli.scenario;

import io.splittune.wireless.BackwardCost;
import io.splittune.wireless.Formulas;

/**
 * How costs are counted.
 *
 * @param formulas ours or the SFT paper's printed ones
 * @param backward what a backward pass is charged for
 * @param valueBytes of a value in memory and, before compression, on the wire
 */
public record CostsSection(
        @Key(
                value =
                        "ours: the SFT paper's formulas with its slips mended; printed: as they stand in the paper, for a "
                                + "vision transformer and planning only.",
                byDefault = "ours")
        Formulas formulas,

        @Key(
                value =
                        "twice-forward: as if all weights were trained, which gives the paper's minutes; frozen-weights: "
                                + "what LoRA's backward pass computes.",
                byDefault = "twice-forward")
        BackwardCost backward,

        @Key(value = "Bytes of a value in memory and, uncompressed, on the wire.", byDefault = "4", min = 1, max = 8)
        int valueBytes) {}
