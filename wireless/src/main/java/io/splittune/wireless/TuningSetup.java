package io.splittune.wireless;

import io.splittune.core.Check;
import java.util.Set;

/**
 * What is tuned, and how: all that the cost formulas need beside hardware, link and cut.
 *
 * @param model the transformer
 * @param batchSize B, samples of a mini-batch
 * @param microBatch samples held in memory at a time, 1 to {@code batchSize}; activations scale with it, time does not
 * @param loraRank r
 * @param loraTargets the layers of each block that carry a pair; {@link Formulas#PRINTED} has 18 D r whatever they are
 * @param valueBytes alpha, bytes of a value in memory and on the wire before compression: 4, or 2
 * @param optimizer of the LoRA values
 * @param backward what a step is charged for
 * @param formulas the reading of the paper; PRINTED takes a {@link VitShape}
 */
public record TuningSetup(
        ModelShape model,
        int batchSize,
        int microBatch,
        int loraRank,
        Set<LoraTarget> loraTargets,
        int valueBytes,
        OptimizerKind optimizer,
        BackwardCost backward,
        Formulas formulas) {
    /** Checks the ranges. */
    public TuningSetup {
        Check.positive(batchSize, "batchSize");
        Check.inRange(microBatch, 1, batchSize, "microBatch");
        Check.positive(loraRank, "loraRank");
        Check.positive(valueBytes, "valueBytes");
        loraTargets = Set.copyOf(loraTargets);
        Check.require(
                formulas == Formulas.OURS || model instanceof VitShape,
                "formulas (PRINTED) must be OURS for %s: the printed ones describe a ViT.",
                model.name());
        long unused = model.loraParametersPerBlock(loraRank, loraTargets);
    }

    /**
     * Returns the SFT paper's setup for a model: whole batches, rank 16 on all linear layers, fp32, SGD with momentum,
     * backward twice forward, mended formulas.
     *
     * @param model the transformer
     * @param batchSize B
     */
    public static TuningSetup of(ModelShape model, int batchSize) {
        return new TuningSetup(
                model,
                batchSize,
                batchSize,
                16,
                model.allLinear(),
                4,
                OptimizerKind.SGD_MOMENTUM,
                BackwardCost.TWICE_FORWARD,
                Formulas.OURS);
    }

    /** Returns this setup under another reading of the formulas. */
    public TuningSetup with(Formulas other) {
        return new TuningSetup(
                model, batchSize, microBatch, loraRank, loraTargets, valueBytes, optimizer, backward, other);
    }

    /** Returns this setup with another count of operations. */
    public TuningSetup with(BackwardCost other) {
        return new TuningSetup(
                model, batchSize, microBatch, loraRank, loraTargets, valueBytes, optimizer, other, formulas);
    }

    /** Returns the LoRA values of one block. */
    long loraParametersPerBlock() {
        return model.loraParametersPerBlock(loraRank, loraTargets);
    }
}
