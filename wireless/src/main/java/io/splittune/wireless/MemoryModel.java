package io.splittune.wireless;

import io.splittune.core.Check;

/**
 * Memory that training takes on a device, by cut.
 *
 * <p>Source: SFT section V-B, mended so that it gives Table III. Input and activations are those of the micro-batch
 * held at a time: a batch of 64 in micro-batches of 8 keeps an eighth of them (gradients add up in place). Immutable
 * and thread-safe.
 */
public final class MemoryModel {
    /**
     * Table III's activations beyond what blocks and classifier save: temporaries at the peak, 6 B N D values, and a
     * fixed part. Fitted to its one cell at B = 64, not derived; how the rest scales with B was not checked by the
     * paper's numbers.
     */
    private static final double TEMPORARY_TENSORS = 6;

    private static final double FIXED_BYTES = 10.46 * (1 << 20);

    private final TuningSetup setup;
    private final ModelShape model;

    /**
     * Prepares the formulas.
     *
     * @param setup what is tuned
     */
    public MemoryModel(TuningSetup setup) {
        this.setup = setup;
        this.model = setup.model();
    }

    /**
     * Returns M^c(l), the memory of the device's half.
     *
     * <p>SFT eq. (26) prints 16 D^2 + B N D + l M_t, which is 2716 MiB where Table III has 4122.92. Slips: 16 D^2 is no
     * part of the embedding; B N D has no bytes; the data, 4 B C H W, are missing (4 P^2 C D in the text); eq. (24)'s
     * coefficients 34 and 5 are bytes of fp16 with dropout, fp32 has 68 and 4 (and 16 B N for the norms); eq. (22) and
     * (23) give optimiser and gradient to frozen weights too. Mended: activations are the tensors a block saves,
     * optimiser and gradient are LoRA's. Gradients stand apart because Table III leaves them out.
     *
     * @param cut l in [0, L]
     */
    public MemoryBytes device(int cut) {
        Check.inRange(cut, 0, model.layers(), "cut");
        if (setup.formulas() == Formulas.PRINTED) {
            return PrintedFormulas.memory(setup, cut);
        }
        double bytes = setup.valueBytes();
        double lora = (double) cut * setup.loraParametersPerBlock();
        double frozen = model.deviceEmbeddingParameters() + (double) cut * model.blockParameters();
        return new MemoryBytes(
                inputBytes(),
                bytes * (frozen + lora),
                bytes * setup.optimizer().statesPerParameter() * lora,
                bytes * lora,
                bytes * cut * model.blockSavedValues(setup.microBatch()) + restBytes());
    }

    /**
     * Returns the memory of a device that trains the whole model.
     *
     * <p>As in Table III, LoRA of the whole model also sits on patch convolution and classifier, and the classifier's
     * is not in the optimiser's row. Two cells of the table stay unexplained: 1.88 MiB more for the optimiser of full
     * tuning, and 342.71 MiB more activations with LoRA. As printed, it is eq. (26) at l = L.
     *
     * @param fullTuning whether all weights are trained (the table's FL) or LoRA alone
     */
    public MemoryBytes whole(boolean fullTuning) {
        if (setup.formulas() == Formulas.PRINTED) {
            return PrintedFormulas.memory(setup, model.layers());
        }
        double bytes = setup.valueBytes();
        double frozen = model.totalParameters();
        double blocksLora = (double) model.layers() * setup.loraParametersPerBlock()
                + model.embeddingLoraParameters(setup.loraRank());
        double headLora = model.headLoraParameters(setup.loraRank());
        double trained = fullTuning ? frozen : blocksLora;
        double saved =
                model.layers() * model.blockSavedValues(setup.microBatch()) + model.headSavedValues(setup.microBatch());
        return new MemoryBytes(
                inputBytes(),
                bytes * (fullTuning ? frozen : frozen + blocksLora + headLora),
                bytes * setup.optimizer().statesPerParameter() * trained,
                bytes * (fullTuning ? trained : blocksLora + headLora),
                bytes * saved + restBytes());
    }

    /**
     * Returns the bytes that must fit on the device, the left side of SFT eq. (27c): the total of Table III, or all of
     * eq. (26), gradients included, as printed.
     *
     * @param cut l in [0, L]
     */
    public double requiredBytes(int cut) {
        MemoryBytes memory = device(cut);
        return setup.formulas() == Formulas.PRINTED ? memory.totalWithGradients() : memory.total();
    }

    private double inputBytes() {
        return (double) setup.valueBytes() * setup.microBatch() * model.inputValuesPerSample();
    }

    private double restBytes() {
        double tensor = (double) setup.microBatch() * model.tokens() * model.width();
        return TEMPORARY_TENSORS * setup.valueBytes() * tensor + FIXED_BYTES;
    }
}
