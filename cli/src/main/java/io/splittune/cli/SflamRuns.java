package io.splittune.cli;

import io.splittune.simulation.reproduction.SflamTrainings;
import io.splittune.simulation.reproduction.TrainedRound;
import io.splittune.training.Scheme;
import io.splittune.wireless.SplitBatch;
import java.io.IOException;
import java.util.List;

/** The trainings of {@code reproduce sflam --train}. */
final class SflamRuns implements SflamTrainings {
    private final PaperRuns runs;

    SflamRuns(PaperRuns runs) {
        this.runs = runs;
    }

    @Override
    public String setting() {
        return runs.setting("ViT-B/32") + ", " + runs.read().network().resourceBlocks()
                + " resource blocks; all schemes but FL train adapters.";
    }

    @Override
    public List<TrainedRound> rounds(double alpha, Scheme scheme, int bits) throws IOException {
        String split = "data.partition={kind: dirichlet, alpha: " + alpha + "}";
        if (scheme != Scheme.SFLAM) {
            return runs.train(scheme.key() + "-" + alpha, runs.read(split, "compression=none"), scheme);
        }
        String name = scheme.key() + "-" + alpha + "-" + bits;
        return bits == SplitBatch.UNQUANTISED
                ? runs.train(name, runs.read(split, "compression=none", "planner.kind=nq"), scheme)
                : runs.train(
                        name, runs.read(split, "compression={activations: {keep: 1, bits: " + bits + "}}"), scheme);
    }
}
