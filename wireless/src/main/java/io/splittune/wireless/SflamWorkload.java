package io.splittune.wireless;

import io.splittune.core.Check;

/**
 * Sizes and operations of a mini-batch when a vision transformer is split behind its patch embedding: SFLAM Table II
 * and the workloads of eq. (9) and (11).
 *
 * <p>Slips: the table's "GFLOPs" are multiply-adds of a forward pass; its memory counts 49 (196) tokens, the patches,
 * where its shapes have 50 (197), the class token too; "MB" is MiB. Here class token and positions are added on the
 * server, so the patches alone are sent, unless {@code classTokenOnDevice}. Symbols: b batch, n tokens sent, D width,
 * P patch side. Immutable.
 *
 * @param model the transformer
 * @param batchSize b, positive
 * @param classTokenOnDevice whether the device adds the class token and sends it too, as the table's shapes have it
 * @param count what an operation is
 */
public record SflamWorkload(VitShape model, int batchSize, boolean classTokenOnDevice, OperationCount count) {
    private static final int RANGE_BITS = 64;

    /** Checks the range. */
    public SflamWorkload {
        Check.positive(batchSize, "batchSize");
    }

    /** Returns the workload that Table II prints: patches alone, multiply-adds of the forward pass. */
    public static SflamWorkload printed(VitShape model, int batchSize) {
        return new SflamWorkload(model, batchSize, false, OperationCount.FORWARD_MACS);
    }

    /** Returns n, the tokens of a sample that are sent. */
    public int sentTokens() {
        return classTokenOnDevice ? model.tokens() : model.patches();
    }

    /** Returns d = b n D, the values of the activation. */
    public long activationValues() {
        return Math.multiplyExact((long) batchSize * sentTokens(), model.width());
    }

    /** Returns S = 32 d, the activation's bits in fp32. */
    public long activationBits() {
        return Math.multiplyExact(activationValues(), (long) SplitBatch.UNQUANTISED);
    }

    /** Returns the values of the device's half, 3 P^2 D: the convolution, whose bias the table leaves out. */
    public long deviceParameters() {
        return model.patchValues() * model.width();
    }

    /** Returns b phi_c: the patch embedding, b n_p D 3 P^2 multiply-adds forward. */
    public double deviceOperations() {
        return count.ofFirstLayer(model.embeddingForwardFlops(batchSize) / 2);
    }

    /**
     * Returns b phi_s: blocks with their attention products, and the classifier. Not given in the paper: our count;
     * Table I leaves the attention products out.
     */
    public double serverOperations() {
        double flops = model.layers() * model.blockForwardFlops(batchSize) + model.headForwardFlops(batchSize);
        return count.ofOtherLayers(flops / 2);
    }

    /** Returns the operations of a mini-batch when the whole model is trained on one machine. */
    public double wholeOperations() {
        return deviceOperations() + serverOperations();
    }

    /** Returns the bits of the whole model in fp32: what federated learning sends. */
    public long modelBits() {
        return Math.multiplyExact(model.totalParameters(), (long) SplitBatch.UNQUANTISED);
    }

    /**
     * Returns the exact bits of a quantised activation: {@code d q + d + 64}, q bits and a sign for each value and the
     * two bounds of the range in fp32.
     *
     * <p>Source: SFLAM eq. (8), whose mu is the last two terms; reconstructed: the paper's formula is lost in the text
     * we have.
     *
     * @param bits q, from 1 to 31
     */
    public long exactBits(int bits) {
        Check.inRange(bits, 1, SplitBatch.UNQUANTISED - 1, "bits");
        long values = activationValues();
        return Math.addExact(Math.multiplyExact(values, bits + 1L), RANGE_BITS);
    }

    /**
     * Returns what the cost formulas need.
     *
     * @param countSignBits whether a sign bit of every value is charged
     */
    public SplitBatch batch(boolean countSignBits) {
        return new SplitBatch(deviceOperations(), serverOperations(), activationBits(), countSignBits);
    }
}
