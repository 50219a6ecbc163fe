package io.splittune.wireless;

import io.splittune.core.Check;

/**
 * Operations and bytes of one mini-batch, by cut.
 *
 * <p>Source: SFT section V-C. The device holds the embedding and blocks 1 to l, the server the others and the
 * classifier. Operations count a multiply and an add as two. Immutable and thread-safe. Every {@code cut} is l in [0,
 * L]; another is an {@link IllegalArgumentException}.
 */
public final class Workload {
    private final TuningSetup setup;
    private final ModelShape model;
    private final boolean printed;
    // Kept, because a simulation asks for them for every device and round.
    private final long loraParametersPerBlock;
    private final double blockForwardFlops;
    private final double blockBackwardFlops;

    /**
     * Prepares the formulas.
     *
     * @param setup what is tuned
     */
    public Workload(TuningSetup setup) {
        this.setup = setup;
        this.model = setup.model();
        this.printed = setup.formulas() == Formulas.PRINTED;
        this.loraParametersPerBlock = setup.loraParametersPerBlock();
        int batch = setup.batchSize();
        double frozen = model.blockForwardFlops(batch);
        if (!printed && setup.backward() == BackwardCost.FROZEN_WEIGHTS) {
            double lora = 2.0 * batch * model.tokens() * loraParametersPerBlock;
            this.blockForwardFlops = frozen + lora;
            this.blockBackwardFlops = model.blockLinearFlops(batch) + 2 * model.blockAttentionFlops(batch) + 2 * lora;
        } else {
            this.blockForwardFlops = frozen;
            this.blockBackwardFlops = 2 * frozen;
        }
    }

    /** Returns what is tuned. */
    public TuningSetup setup() {
        return setup;
    }

    /**
     * Returns Phi_c^F(l), the device's forward operations.
     *
     * <p>SFT prints l (24 B N D^2 + 4 B N^2 D) + 2 B N D K. Slips: the classifier sits on the server and reads the
     * class token alone; the patch convolution (2 B N_p P^2 C D) is missing. Both mended here.
     */
    public double deviceForwardFlops(int cut) {
        checkCut(cut);
        if (printed) {
            return cut * blockForwardFlops + PrintedFormulas.classifierFlops(setup);
        }
        return cut * blockForwardFlops + model.embeddingForwardFlops(setup.batchSize());
    }

    /**
     * Returns Phi_c^B(l), the device's backward operations.
     *
     * <p>SFT prints 2 l (24 B N D^2 + 4 B N^2 D) + 4 B N D K; the classifier's term is dropped, as above. The frozen
     * embedding has no backward pass. With {@link BackwardCost#FROZEN_WEIGHTS} the factor 2, which is right for full
     * tuning only, falls too.
     */
    public double deviceBackwardFlops(int cut) {
        checkCut(cut);
        return cut * blockBackwardFlops + (printed ? 2 * PrintedFormulas.classifierFlops(setup) : 0);
    }

    /**
     * Returns Phi_s^F(l), the server's forward operations.
     *
     * <p>SFT prints (L - l)(24 B N D^2 + 4 B N^2 D). Slip: the classifier's 2 B D K is missing; added here.
     */
    public double serverForwardFlops(int cut) {
        checkCut(cut);
        double head = printed ? 0 : model.headForwardFlops(setup.batchSize());
        return (model.layers() - cut) * blockForwardFlops + head;
    }

    /**
     * Returns Phi_s^B(l), the server's backward operations.
     *
     * <p>SFT prints 4 B N D K for the classifier, of every token and a second time beside the device's; here 4 B D K,
     * once.
     */
    public double serverBackwardFlops(int cut) {
        checkCut(cut);
        double head =
                printed ? 2 * PrintedFormulas.classifierFlops(setup) : 2 * model.headForwardFlops(setup.batchSize());
        return (model.layers() - cut) * blockBackwardFlops + head;
    }

    /** Returns the forward operations of the whole model on one machine. */
    public double fullForwardFlops() {
        int all = model.layers();
        return deviceForwardFlops(all) + serverForwardFlops(all);
    }

    /** Returns the backward operations of LoRA tuning of the whole model on one machine. */
    public double fullBackwardFlops() {
        int all = model.layers();
        return printed ? deviceBackwardFlops(all) : deviceBackwardFlops(all) + serverBackwardFlops(all);
    }

    /** Returns the backward operations of full tuning: twice forward, but once for the embedding, the first layer. */
    public double fullTuningBackwardFlops() {
        int batch = setup.batchSize();
        double blocks = 2 * model.layers() * model.blockForwardFlops(batch);
        if (printed) {
            return blocks + 2 * PrintedFormulas.classifierFlops(setup);
        }
        return blocks + 2 * model.headForwardFlops(batch) + model.embeddingForwardFlops(batch);
    }

    /**
     * Returns the activation's bytes at the cut before compression: 4 B N D in fp32. The gradient has as many; labels
     * are not counted.
     *
     * <p>Slip: SFT prints B N D, a count of values, and divides it by bit/s.
     */
    public long activationBytes() {
        long values = Math.multiplyExact((long) setup.batchSize() * model.tokens(), model.width());
        return printed ? values : Math.multiplyExact(values, setup.valueBytes());
    }

    /**
     * Returns Psi(l), the bytes of the device's half with its adapter, sent once.
     *
     * <p>SFT prints B l (18 D r + 12 D^2 + (P^2 C + N + 3) D). Slips: B, the batch, stands for the bytes of a value;
     * the embedding is multiplied by l; N is 196 patches here but 197 tokens elsewhere; 18 D r is LoRA on separate q,
     * k, v, Table III has 16 D r; biases and norms (13 D) are missing. Mended: alpha (l (12 D^2 + 13 D + 16 D r) + (P^2
     * C + N_p + 3) D).
     */
    public long deviceModelBytes(int cut) {
        checkCut(cut);
        if (printed) {
            return PrintedFormulas.modelSize(setup, cut);
        }
        long frozen = model.embeddingParameters() + cut * model.blockParameters();
        return Math.addExact(Math.multiplyExact(frozen, setup.valueBytes()), deviceAdapterBytes(cut));
    }

    /**
     * Returns Psi_L(l), the bytes of the device's adapter.
     *
     * <p>SFT prints 2 l B D r. Slips: 2 D r is one pair where every block has several (16 D r in all); B stands for the
     * bytes of a value.
     */
    public long deviceAdapterBytes(int cut) {
        checkCut(cut);
        if (printed) {
            return PrintedFormulas.adapterSize(setup, cut);
        }
        return Math.multiplyExact(cut * loraParametersPerBlock, setup.valueBytes());
    }

    /** Returns the bytes of the adapter of all blocks. */
    public long adapterBytes() {
        return deviceAdapterBytes(model.layers());
    }

    /** Returns the bytes of the whole model without adapter. */
    public long modelBytes() {
        return Math.multiplyExact(model.totalParameters(), setup.valueBytes());
    }

    /**
     * Returns the bits that a unit of the sizes above takes on the link: 8.
     *
     * <p>Slip: SFT's eq. (11), (13), (15), (17) divide bytes by bit/s, so 1 as printed.
     */
    double bitsPerByte() {
        return printed ? 1 : Byte.SIZE;
    }

    private void checkCut(int cut) {
        Check.inRange(cut, 0, model.layers(), "cut");
    }
}
