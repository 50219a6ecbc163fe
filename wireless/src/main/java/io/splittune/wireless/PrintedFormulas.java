package io.splittune.wireless;

/**
 * The cost formulas of SFT section V symbol by symbol, slips included; the callers' Javadoc names each slip.
 *
 * <p>N is the number of tokens but in Psi, where only the number of patches gives the embedding's true size.
 */
final class PrintedFormulas {
    private PrintedFormulas() {}

    private static VitShape vit(TuningSetup setup) {
        return (VitShape) setup.model();
    }

    /** B N D. */
    static long activationSize(TuningSetup setup) {
        VitShape vit = vit(setup);
        return (long) setup.batchSize() * vit.tokens() * vit.width();
    }

    /** 2 B N D K: the classifier, on every token. */
    static double classifierFlops(TuningSetup setup) {
        return 2.0 * activationSize(setup) * vit(setup).classes();
    }

    /** 12 D^2 + 18 D r. */
    static long blockParameters(TuningSetup setup) {
        long d = vit(setup).width();
        return 12 * d * d + 18 * d * setup.loraRank();
    }

    /** Psi(l) = B l (18 D r + 12 D^2 + (P^2 C + N + 3) D). */
    static long modelSize(TuningSetup setup, int cut) {
        VitShape vit = vit(setup);
        long embedding = (vit.patchValues() + vit.patches() + 3) * vit.width();
        return (long) setup.batchSize() * cut * (blockParameters(setup) + embedding);
    }

    /** Psi_L(l) = 2 l B D r. */
    static long adapterSize(TuningSetup setup, int cut) {
        return 2L * cut * setup.batchSize() * vit(setup).width() * setup.loraRank();
    }

    /** Eq. (26) with (21) to (25): 16 D^2 + B N D + l M_t, a_1 = 34, a_2 = 5. */
    static MemoryBytes memory(TuningSetup setup, int cut) {
        VitShape vit = vit(setup);
        double d = vit.width();
        double block = blockParameters(setup);
        double weights = (double) cut * setup.valueBytes() * block;
        double rows = (double) setup.microBatch() * vit.tokens();
        double activations = 34 * rows * d + 5 * rows * vit.tokens() * vit.heads();
        return new MemoryBytes(
                0,
                16 * d * d + weights,
                weights * setup.optimizer().statesPerParameter(),
                weights,
                rows * d + cut * activations);
    }
}
